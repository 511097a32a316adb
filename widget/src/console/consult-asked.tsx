/** Below the header, in every area: a colleague asks. Not the bell of the waiting: another sound, another colour. */
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useWork } from './context.tsx';
import { useText } from './texts';

export function Asked() {
  const text = useText();
  const work = useWork();
  const c = work.consulting.asks.value;
  const wish = c?.wish;
  const first = c?.state === 'asked';
  return (
    <section class="asked" aria-label={text('consult.asked')} hidden={!wish}>
      <div role="alert">
        {c && wish && (
          <>
            <Icon name="people" />{' '}
            <strong>
              {text(`consult.asks.${wish}`, { name: c.with, number: c.number, office: text.of(c.office) })}
            </strong>
            {first && c.lines[0] && <q class="line">{c.lines[0].text}</q>}
            {c.note && <q class="line">{c.note}</q>}
          </>
        )}
      </div>
      {c && wish && (
        <div class="actions">
          <Button onClick={() => work.accept(c)}>{text(`consult.yes.${wish}`)}</Button>
          {!c.later && (
            <Button kind="ghost" onClick={() => work.consult(c.id, { move: 'later' })}>
              {text('consult.later')}
            </Button>
          )}
          <Button kind="ghost" onClick={() => work.consult(c.id, { move: 'decline' })}>
            {text('consult.no')}
          </Button>
        </div>
      )}
    </section>
  );
}
