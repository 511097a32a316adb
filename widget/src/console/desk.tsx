/** The desk screen: the queue, the conversation, and what is known of the ticket. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ClerkSession, Consult } from '../client/protocol';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { ConsultPanels } from './consult-panel.tsx';
import { useWork } from './context.tsx';
import { Counters } from './counters.tsx';
import { Details } from './details.tsx';
import { Dialogs } from './dialogs.tsx';
import { type Shortcut, useShortcuts } from './keys.tsx';
import type { Offices } from './office';
import { Queue } from './queue.tsx';
import { refusalText } from './refusal';
import { Team } from './team.tsx';
import { timeText, useText } from './texts';
import { Today } from './today.tsx';
import { Visit } from './visit.tsx';
import type { Work } from './work';

export function Desk({ session }: { session: ClerkSession }) {
  const work = useWork();
  const text = useText();
  const refusal = work.refusal.value;
  const current = work.current.value;
  const replaced = work.client.replaced.value;
  useShortcuts((shortcut) => {
    if (!replaced) press(work, shortcut);
  });
  useFocus(current?.ticket.id, work.dialog.value?.kind, work.client.offices.value, work.client.consults.value);

  if (replaced) return <Replaced />;
  return (
    <>
      <div class="banners">
        <Connection />
        <Alert>
          {refusal && (
            <div class="with-button">
              {refusalText(text, refusal)}
              <Button kind="ghost" onClick={() => work.dismiss()}>
                {text('error.close')}
              </Button>
            </div>
          )}
        </Alert>
      </div>
      <main class={current || work.consulting.joins.value ? 'columns in-visit' : 'columns'}>
        <h1 class="only-heard">{text('header.work')}</h1>
        <section class="queue" aria-label={text('queue.label')}>
          <Counters session={session} />
          <Queue />
          <Today />
        </section>
        <Visit />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has nothing else to put the focus on */}
        <section class="beside" aria-label={text('details.label')} tabIndex={0}>
          <ConsultPanels />
          <Details />
          <Team />
        </section>
      </main>
      <Dialogs session={session} />
    </>
  );
}

/** A shaky line is no news: only what lasts is said. */
const patience = 1500;

function Connection() {
  const work = useWork();
  const text = useText();
  const down = !work.online.value;
  const [since, setSince] = useState<number>();
  useEffect(() => {
    if (!down) return setSince(undefined);
    const at = work.client.clock.peek();
    const timer = setTimeout(() => setSince(at), patience);
    return () => clearTimeout(timer);
  }, [down]);
  return (
    <Alert kind="notice">{since !== undefined && text('net.offline', { time: timeText(since, text.lang) })}</Alert>
  );
}

/** A newer window of the same clerk has taken over. */
function Replaced() {
  const work = useWork();
  const text = useText();
  return (
    <main class="plain">
      <div class="card">
        <h1>{text('header.work')}</h1>
        <p role="status">{text('net.replaced')}</p>
        <Button onClick={() => work.client.follow()}>{text('net.here')}</Button>
      </div>
    </main>
  );
}

/** With a conversation its buttons go, and the focus with them: it moves on to the heading that takes their place. With
 * a row that a colleague has called, it moves to the button for the next; with an answer to a colleague, to the panel. */
function useFocus(
  ticket: string | undefined,
  dialog: string | undefined,
  offices: Offices,
  consults: readonly Consult[],
): void {
  const last = useRef<Element | undefined>(undefined);
  useEffect(() => {
    const note = (e: FocusEvent) => {
      if (e.target instanceof Element) last.current = e.target;
    };
    addEventListener('focusin', note);
    return () => removeEventListener('focusin', note);
  }, []);
  const lost = () => last.current?.isConnected === false && document.activeElement === document.body;
  useEffect(() => {
    if (lost()) document.querySelector<HTMLElement>('.visit h2')?.focus();
  }, [ticket, dialog]);
  useEffect(() => {
    if (lost()) document.querySelector<HTMLElement>('.consult h2')?.focus();
  }, [consults]);
  useEffect(() => {
    if (lost()) document.querySelector<HTMLElement>('.queue .next button')?.focus();
  }, [offices]);
}

/** Does what a button with this shortcut does, and only while there is one. From another area it leads back first. */
function press(work: Work, shortcut: Shortcut): void {
  if (shortcut === 'list') {
    work.dialog.value = { kind: 'keys' };
    return;
  }
  location.hash = '#/';
  const state = work.current.peek()?.ticket.state;
  const office = work.here;
  const desk = office && work.client.offices.peek().get(office)?.desk?.state;
  switch (shortcut) {
    case 'next':
      return void work.next();
    case 'again':
      if (state === 'called' && work.recalls) void work.recall();
      return;
    case 'park':
      if (state === 'serving') void work.park();
      return;
    case 'finish':
      if (state === 'serving') work.dialog.value = { kind: 'finish' };
      return;
    case 'transfer':
      if (state === 'serving' && office) work.dialog.value = { kind: 'transfer', office };
      return;
    case 'ask':
      if (state === 'serving' && !work.consulting.asked.peek()) work.dialog.value = { kind: 'ask' };
      return;
    case 'pause':
      if (office && desk === 'open') work.dialog.value = { kind: 'pause', office };
      return;
    case 'message':
      if (office) work.dialog.value = { kind: 'message', office };
  }
}
