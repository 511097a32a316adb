/** The middle: the conversation, or what stands in its place. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { FullButton, StageButtons } from '../stage/buttons.tsx';
import { fullScreen, watchFull } from '../stage/full.ts';
import { LineNotice } from '../stage/line.tsx';
import { MishapNotice } from '../stage/mishap.tsx';
import { DeviceButtons } from '../stage/own.tsx';
import { PanelButtons } from '../stage/panel-buttons.tsx';
import { SettingsButton } from '../stage/settings.tsx';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Timer } from '../ui/timer.tsx';
import { Joined, Moment } from './consult-stage.tsx';
import { useWork } from './context.tsx';
import { Guests, InviteButton } from './guests.tsx';
import { Idle } from './idle.tsx';
import { useKeys } from './keys.tsx';
import { type Current, isLastCall, secondsUntil } from './office';
import { DeviceTrouble } from './own.tsx';
import { NextButton } from './queue.tsx';
import { CitizenStage } from './stage.tsx';
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
  const [full, setFull] = useState(false);
  const show = (on: boolean) => {
    setFull(on);
    fullScreen(on);
  };
  useEffect(() => watchFull(() => setFull(false)), []);
  useEffect(() => {
    if (!id) show(false);
  }, [id]);
  return (
    <section ref={section} class={full ? 'visit full' : 'visit'} aria-label={text('visit.label')}>
      {current ? (
        <Running current={current} full={full} setFull={show} />
      ) : work.consulting.joins.value ? (
        <Joined />
      ) : (
        <Idle />
      )}
    </section>
  );
}

function Running({ current, full, setFull }: { current: Current; full: boolean; setFull: (on: boolean) => void }) {
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
      <Moment />
      <CitizenStage current={current} full={full} toggleFull={() => setFull(!full)}>
        {t.state === 'serving' ? <ServingBar office={current.office.id} /> : <CalledBar current={current} />}
      </CitizenStage>
      <Guests />
      <DeviceTrouble />
      <MishapNotice devices={work.devices} />
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
      {!lost && talk && state === 'connected' && <LineNotice conversation={talk} devices={work.devices} />}
    </>
  );
}

function CalledBar({ current }: { current: Current }) {
  const text = useText();
  const work = useWork();
  const shortcut = useKeys('again');
  const last = isLastCall(current);
  return (
    <fieldset class="bar" aria-label={text('visit.bar')}>
      <DeviceButtons devices={work.devices} />
      <PanelButtons />
      <SettingsButton devices={work.devices} conversation={work.talk.value} />
      <InviteButton />
      <span class="rest">
        <NextButton again />
        {!last && (
          <Button icon="bell" kind="ghost" onClick={() => work.recall()} shortcut={shortcut}>
            {text('visit.again')}
          </Button>
        )}
        <Button kind="ghost" icon="back" onClick={() => work.lapse()}>
          {text(last ? 'visit.miss' : 'visit.lapse')}
        </Button>
      </span>
    </fieldset>
  );
}

/** First what one is seen and heard by, and *Mehr* with what is rare; then what becomes of the visit. */
function ServingBar({ office }: { office: string }) {
  const text = useText();
  const work = useWork();
  const keys = { park: useKeys('park'), transfer: useKeys('transfer'), finish: useKeys('finish'), ask: useKeys('ask') };
  const rare = (
    <>
      <SettingsButton devices={work.devices} conversation={work.talk.value} />
      <FullButton />
    </>
  );
  return (
    <fieldset class="bar" aria-label={text('visit.bar')}>
      {work.consulting.held.value ? (
        <PanelButtons /> // the devices belong to who is spoken with apart
      ) : (
        <StageButtons more={rare}>
          <PanelButtons />
        </StageButtons>
      )}
      <span class="acts">
        <InviteButton />
        {!work.consulting.asked.value && (
          <Button
            kind="ghost"
            icon="people"
            shortcut={keys.ask}
            onClick={() => {
              work.dialog.value = { kind: 'ask' };
            }}
          >
            {text('consult.ask')}
          </Button>
        )}
        {work.passes.value && (
          <Button
            kind="ghost"
            icon="forward"
            shortcut={keys.transfer}
            onClick={() => {
              work.dialog.value = { kind: 'transfer', office };
            }}
          >
            {text('visit.transfer')}
          </Button>
        )}
        <Button kind="ghost" icon="park" onClick={() => work.park()} shortcut={keys.park}>
          {text('visit.park')}
        </Button>
        <Button
          kind="danger"
          icon="hang-up"
          shortcut={keys.finish}
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
