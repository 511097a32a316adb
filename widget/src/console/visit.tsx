/** The middle: the conversation, or what stands in its place. */

import { useEffect, useRef } from 'preact/hooks';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Timer } from '../ui/timer.tsx';
import { useWork } from './context.tsx';
import { Idle } from './idle.tsx';
import { type Current, secondsUntil } from './office';
import { DeviceButtons, DeviceTrouble } from './own.tsx';
import { NextButton } from './queue.tsx';
import { Stage } from './stage.tsx';
import { useText } from './texts';
import { ticketTitle } from './ticket.tsx';

export function Visit() {
  const text = useText();
  const work = useWork();
  const current = work.current.value;
  const section = useRef<HTMLElement>(null);
  const id = current?.ticket.id;
  // On a narrow window the columns stand below each other: show the one that matters now.
  useEffect(() => {
    if (id) section.current?.scrollIntoView({ block: 'nearest' });
  }, [id]);
  return (
    <section ref={section} class="visit" aria-label={text('visit.label')}>
      {current ? <Running current={current} /> : <Idle />}
    </section>
  );
}

function Running({ current }: { current: Current }) {
  const text = useText();
  const work = useWork();
  const t = current.ticket;
  return (
    <>
      <div class="line">
        <h2 class="who" tabIndex={-1}>
          <span class="number">{t.number}</span> {ticketTitle(text, t)}
        </h2>
        {t.entered_at && (
          <Timer label={text('visit.duration')} seconds={(work.client.clock.value - Date.parse(t.entered_at)) / 1000} />
        )}
      </div>
      <Trouble current={current} />
      <Stage current={current} />
      {t.state === 'serving' ? <ServingBar /> : <CalledBar />}
      <DeviceTrouble />
    </>
  );
}

/** What is wrong with the connection, whose side it is on, and until when. */
function Trouble({ current }: { current: Current }) {
  const text = useText();
  const work = useWork();
  const talk = work.talk.value;
  const state = talk?.state.value.kind;
  const lost = current.ticket.interrupted;
  return (
    <>
      <Alert>
        {state === 'reconnecting' && text('visit.ownLost')}
        {state === 'ended' && (
          <div class="with-button">
            {text('visit.failed')}
            <Button onClick={() => work.rejoin()}>{text('visit.rejoin')}</Button>
          </div>
        )}
        {state !== 'reconnecting' && state !== 'ended' && lost && text('visit.interrupted')}
      </Alert>
      {lost && (
        <p class="small muted">
          {text('visit.left')}{' '}
          <Timer label={text('visit.left')} seconds={secondsUntil(lost, work.client.clock.value)} />
        </p>
      )}
      <Alert kind="notice">{!lost && talk?.quality.value.poor && text('visit.poor')}</Alert>
    </>
  );
}

function CalledBar() {
  const text = useText();
  const work = useWork();
  return (
    <fieldset class="bar" aria-label={text('visit.bar')}>
      <DeviceButtons />
      <span class="rest">
        <NextButton again />
        <Button kind="ghost" icon="back" onClick={() => work.lapse()}>
          {text('visit.lapse')}
        </Button>
      </span>
    </fieldset>
  );
}

function ServingBar() {
  const text = useText();
  const work = useWork();
  const several = work.client.offices.value.size > 1;
  return (
    <fieldset class="bar" aria-label={text('visit.bar')}>
      <DeviceButtons />
      <Button kind="ghost" icon="park" onClick={() => work.park()}>
        {text('visit.park')}
      </Button>
      {several && (
        <Button
          kind="ghost"
          icon="forward"
          onClick={() => {
            work.dialog.value = { kind: 'transfer' };
          }}
        >
          {text('visit.transfer')}
        </Button>
      )}
      <span class="rest">
        <Button
          kind="danger"
          icon="hang-up"
          onClick={() => {
            work.dialog.value = { kind: 'finish' };
          }}
        >
          {text('visit.finish')}
        </Button>
      </span>
    </fieldset>
  );
}
