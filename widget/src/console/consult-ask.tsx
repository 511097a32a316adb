/** Asking a colleague: whom, in which way, and what about. */
import { useEffect, useState } from 'preact/hooks';
import type { AskColleague, Colleague } from '../client/protocol';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Radios } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { useWork } from './context.tsx';
import { type Key, useText } from './texts';

type Way = AskColleague['way'];

const ways = ['chat', 'voice', 'join', 'hand_over'] as const satisfies readonly Way[];

/** Who is at work changes while one reads. */
const anew = 5_000;
/** As many characters as the server takes. */
const longest = 500;

/** Why this colleague can't be asked in this way now. */
export function unaskable(c: Colleague, way: Way, office: string): Key | undefined {
  if (c.state === 'away') return 'consult.isAway';
  if (way === 'chat') return undefined;
  if (c.state === 'busy') return 'consult.isBusy';
  return way === 'hand_over' && !c.open_at.includes(office) ? 'consult.noDesk' : undefined;
}

export function AskDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const work = useWork();
  const [people, setPeople] = useState<Colleague[]>();
  const [failed, setFailed] = useState(false);
  const [chosen, setChosen] = useState('');
  const [way, setWay] = useState<Way>('chat');
  const [note, setNote] = useState('');
  const load = () =>
    work.client.colleagues().then(
      (all) => {
        setPeople(all);
        setFailed(false);
      },
      () => setFailed(true),
    );
  useEffect(() => {
    void load();
    const timer = setInterval(load, anew);
    return () => clearInterval(timer);
  }, []);

  const office = work.current.value?.office.id ?? '';
  const who = people?.find((c) => c.id === chosen) ?? people?.find((c) => !unaskable(c, way, office)) ?? people?.[0];
  const why = who && unaskable(who, way, office);
  const send = (who: Colleague) => {
    const said = note.trim();
    const words = said === '' ? {} : way === 'hand_over' ? { note: said } : { text: said };
    return work.ask({ colleague: who.id, way, ...words }, who.name);
  };
  const about = (c: Colleague) =>
    [text(`consult.state.${c.state}`), c.offices.map((o) => text.of(o)).join(', ')].filter(Boolean).join(' · ');
  return (
    <Dialog
      title={text('consult.askTitle')}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {text('consult.cancel')}
          </Button>
          {who && (
            <Button onClick={() => send(who)} reason={why && text(why, { name: who.name })}>
              {text('consult.send')}
            </Button>
          )}
        </>
      }
    >
      <p class="muted">{text('consult.askText')}</p>
      <Alert>
        {failed && (
          <div class="with-button">
            {text('app.lost')}
            <Button kind="ghost" onClick={load}>
              {text('app.retry')}
            </Button>
          </div>
        )}
      </Alert>
      {!people && !failed && <p role="status">{text('app.loading')}</p>}
      {people?.length === 0 && <p role="status">{text('consult.nobody')}</p>}
      {who && people && (
        <>
          <Radios
            legend={text('consult.who')}
            value={who.id}
            onChange={setChosen}
            options={people.map((c) => ({ value: c.id, text: c.name, hint: about(c) }))}
          />
          <Radios
            legend={text('consult.how')}
            value={way}
            onChange={(value) => setWay(value as Way)}
            options={ways.map((value) => ({
              value,
              text: text(`consult.way.${value}`),
              hint: text(`consult.hint.${value}`),
            }))}
          />
          <TextArea
            label={text(way === 'hand_over' ? 'consult.note' : 'consult.question')}
            hint={text(way === 'hand_over' ? 'consult.noteHint' : 'consult.questionHint')}
            value={note}
            onInput={setNote}
            maxLength={longest}
            left={text('field.left', { n: longest - note.length })}
          />
        </>
      )}
    </Dialog>
  );
}
