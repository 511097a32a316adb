// What the citizen is told of the clerk's colleagues: that the clerk is away for a moment, that somebody is to come in
// (who is asked before anything flows), and that another one goes on. Of what the clerks say to each other, nothing.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CitizenTicket, ColleagueComes } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Timer } from '../ui/timer.tsx';
import { useApp, useNow } from './context.ts';
import { useT } from './texts.ts';

/** How long it stays on the screen that somebody else goes on. */
const givenMs = 20_000;

/** `first`: the clerk with whom the conversation began. */
export function Colleagues({ ticket, first }: { ticket: CitizenTicket; first: string }) {
  const app = useApp();
  const room = app.talk.conversation.value?.room.value;
  const clerk = ticket.call?.clerk ?? '';
  const comes = room?.colleague;
  const answered = useRef(false);
  useEffect(() => {
    // The button that was pressed is gone. Not on to the next one: a second Enter would take the yes back.
    if (answered.current && document.activeElement === document.body)
      document.querySelector<HTMLElement>('[data-heading]')?.focus();
    answered.current = false;
  }, [comes?.consult, comes?.agreed]);
  const onAnswer = () => {
    answered.current = true;
  };
  return (
    <div class="colleagues">
      <Given clerk={clerk} first={first} />
      <Moment since={room?.moment} clerk={clerk} />
      {comes && <Comes key={comes.consult} comes={comes} onAnswer={onAnswer} />}
    </div>
  );
}

function Moment({ since, clerk }: { since: string | undefined; clerk: string }) {
  const t = useT();
  const app = useApp();
  const now = useNow(app, since !== undefined);
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    if (since) setWaited(true);
    else if (waited) app.announcer.say(t('moment.over', { name: clerk }));
  }, [since]);
  return (
    <div role="status">
      {since && (
        <div class="moment">
          <p class="moment-title">
            {t('moment.title')} <Timer seconds={(now - Date.parse(since)) / 1000} label={t('moment.since')} />
          </p>
          <p>{t('moment.text', { name: clerk })}</p>
        </div>
      )}
    </div>
  );
}

/** Asked before any media flow (P18); the yes can be taken back. */
function Comes({ comes, onAnswer }: { comes: ColleagueComes; onAnswer: () => void }) {
  const t = useT();
  const app = useApp();
  const [failed, setFailed] = useState(false);
  const { name } = comes;
  const answer = (yes: boolean) => () => {
    onAnswer();
    return app.ticket.answerColleague(comes.consult, yes).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  };
  const trouble = <Alert>{failed && t('colleague.failed')}</Alert>;
  if (comes.agreed) {
    return (
      <div class="colleague-here">
        <Button kind="ghost" onClick={answer(false)}>
          {t('colleague.out')}
        </Button>
        {trouble}
      </div>
    );
  }
  return (
    <div class="moment" role="alert">
      <p class="moment-title">{t('colleague.ask', { name })}</p>
      <p>{t('colleague.text', { name })}</p>
      <div class="actions">
        <Button onClick={answer(true)}>{t('colleague.yes')}</Button>
        <Button kind="ghost" onClick={answer(false)}>
          {t('colleague.no')}
        </Button>
      </div>
      {trouble}
    </div>
  );
}

/** Another one goes on: said, and shown for a while. */
function Given({ clerk, first }: { clerk: string; first: string }) {
  const t = useT();
  const before = useRef(first);
  const [given, setGiven] = useState('');
  useEffect(() => {
    if (clerk === '' || clerk === before.current) return;
    const known = before.current !== '';
    before.current = clerk;
    if (!known) return;
    setGiven(clerk);
    const timer = setTimeout(() => setGiven(''), givenMs);
    return () => clearTimeout(timer);
  }, [clerk]);
  return <div role="status">{given && <p class="moment moment-title">{t('colleague.given', { name: given })}</p>}</div>;
}
