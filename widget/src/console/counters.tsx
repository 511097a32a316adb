/** "Meine Schalter": one row for each office of the clerk, with the state of the own desk and the switch for it. */
import type { ClerkOffice, ClerkSession, OfficeView } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { Status, type StatusKind } from '../ui/status.tsx';
import { useWork } from './context.tsx';
import { useKeys } from './keys.tsx';
import { momentText, timeText, useText } from './texts';

export function Counters({ session }: { session: ClerkSession }) {
  const text = useText();
  const { client } = useWork();
  const offices = client.offices.value;
  return (
    <>
      <h2>{text('desks.title')}</h2>
      {session.offices.length === 0 && <p class="muted">{text('desks.none')}</p>}
      <ul class="counters">
        {session.offices.map((office) => (
          <Counter key={office.id} office={office} view={offices.get(office.id)} />
        ))}
      </ul>
    </>
  );
}

function Counter({ office, view }: { office: ClerkOffice; view: OfficeView | undefined }) {
  const text = useText();
  const work = useWork();
  const name = text.of(office.name);
  const keys = useKeys('pause');
  const desk = view?.desk;
  const state = desk?.state ?? 'closed';
  const offline = work.online.value ? undefined : text('reason.offline');
  const serving = view?.current?.state === 'serving' ? view.current.number : undefined;
  const paused = desk?.paused_until
    ? text('desk.pausedUntil', { time: timeText(desk.paused_until, text.lang) })
    : undefined;
  const word: Record<typeof state, string> = {
    open: text(serving ? 'desk.busy' : 'desk.open'),
    paused: paused ?? text('desk.paused'),
    closed: text('desk.closed'),
    absent: text('desk.absent'),
  };
  const kind: StatusKind = state === 'open' && serving ? 'busy' : state;
  return (
    <li class={state === 'closed' ? 'counter' : 'counter staffed'}>
      <div class="line">
        <strong>{name}</strong>
        {view && <Status kind={kind}>{word[state]}</Status>}
        {state === 'closed' && (
          <Button label={text('desks.openAt', { office: name })} onClick={() => work.open(office.id)} reason={offline}>
            {text('desks.open')}
          </Button>
        )}
      </div>
      {view && lines(view).length > 0 && <p class="small muted">{lines(view).join(' · ')}</p>}
      {state !== 'closed' && (
        <div class="switch">
          {state === 'open' && (
            <Button
              kind="ghost"
              label={text('desks.pauseAt', { office: name })}
              onClick={() => set('pause')}
              reason={offline}
              shortcut={keys}
            >
              {text('desks.pause')}
            </Button>
          )}
          {state === 'paused' && (
            <Button
              label={text('desks.resumeAt', { office: name })}
              onClick={() => work.resume(office.id)}
              reason={offline}
            >
              {text('desks.resume')}
            </Button>
          )}
          {!serving && (
            <Button kind="ghost" label={text('desks.closeAt', { office: name })} onClick={close} reason={offline}>
              {text('desks.close')}
            </Button>
          )}
          {view && (
            <label class="tick small">
              <input
                type="checkbox"
                checked={view.issuing}
                aria-label={text('desks.issuingAt', { office: name })}
                onChange={(e) => {
                  const on = e.currentTarget.checked;
                  e.currentTarget.checked = view.issuing; // until the server has said so
                  void work.issue(office.id, on);
                }}
              />
              {text('desks.issuing')}
            </label>
          )}
        </div>
      )}
    </li>
  );

  function set(kind: 'pause' | 'close') {
    work.dialog.value = { kind, office: office.id };
  }

  /** Nobody is left standing by mistake. */
  function close() {
    const alone = !view?.colleagues.some((c) => c.state === 'open' || c.state === 'paused');
    if (alone && view && view.waiting.length > 0) return set('close');
    return work.close(office.id);
  }

  /** Only what the list below and the state of the desk don't say already. */
  function lines(v: OfficeView): string[] {
    const out: string[] = [];
    if (state === 'closed' && v.waiting.length > 0) out.push(text('desks.waiting', { n: v.waiting.length }));
    if (!expected[state].includes(v.text)) {
      const time = v.until ? momentText(v.until, work.client.clock.peek(), text.lang) : '';
      const values = { time, holiday: text.of(v.holiday) };
      out.push(text('desks.sees', { text: text.maybe(`shown.${v.text}`, values) ?? v.text }));
    }
    if (v.stop === 'limit' || v.stop === 'time') out.push(text(`stop.${v.stop}`));
    return out;
  }
}

/** What the public is shown, as a matter of course, by the state of the own desk. */
const expected = {
  open: ['open_free', 'waiting', 'busy'],
  paused: ['paused', 'paused_until'],
  closed: ['unstaffed'],
  absent: ['unattended'],
};
