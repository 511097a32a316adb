/** The key figures of the whole span. */
import type { Spread, Statistics } from '../../client/protocol';
import { countText, durationText, numberText, shareText, type Words } from './texts';

export function Cards({ figures: { total, contact_persons }, words }: { figures: Statistics; words: Words }) {
  const number = (n: number | undefined) => (n === undefined ? words('hidden.guarded') : numberText(n, words.lang));
  const time = (s: Spread | undefined) =>
    s ? words('card.minutes', { time: durationText(s.median, words) }) : words('hidden.unknown');
  const spread = (s: Spread | undefined) =>
    s && words('card.spread', { mean: durationText(s.mean, words), most: durationText(s.p90, words) });
  const share =
    total.missed_share === undefined
      ? undefined
      : words('card.share', { share: shareText(total.missed_share, words.lang) });
  return (
    <section aria-label={words('cards')}>
      <dl class="cards">
        {total.drawn && (
          <>
            <Card name={words('card.drawn')} value={countText(total.drawn, words)} />
            <Card name={words('card.served')} value={countText(total.served, words)} />
            <Card name={words('card.missed')} value={countText(total.missed, words)} more={share} />
            <Card name={words('card.left')} value={countText(total.left, words)} />
            <Card name={words('card.closed')} value={countText(total.closed, words)} />
            <Card name={words('card.wait')} value={time(total.wait)} more={spread(total.wait)} />
          </>
        )}
        <Card name={words('card.visits')} value={countText(total.visits, words)} />
        <Card name={words('card.talk')} value={time(total.talk)} more={spread(total.talk)} />
        <Card
          name={words('card.participants')}
          value={countText(total.participants, words)}
          more={words('card.participantsHint')}
        />
        <Card name={words('card.talking')} value={number(total.minutes_talking)} />
        <Card name={words('card.open')} value={number(total.minutes_open)} more={words('card.openHint')} />
        <Card name={words('card.contacts')} value={number(contact_persons)} more={words('card.contactsHint')} />
      </dl>
    </section>
  );
}

function Card({ name, value, more }: { name: string; value: string; more?: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class="value">{value}</span>
        {more && <span class="small muted">{more}</span>}
      </dd>
    </div>
  );
}
