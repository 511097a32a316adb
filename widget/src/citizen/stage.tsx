// The conversation: the other side large, the own picture small, everything also in words.
import { useEffect, useState } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import type { Other } from '../media/conversation.ts';
import { Icon } from '../ui/icon.tsx';
import { Timer } from '../ui/timer.tsx';
import { Bar } from './bar.tsx';
import { Heading } from './card.tsx';
import { Trouble } from './check.tsx';
import { useApp, useNow } from './context.ts';
import { OwnPicture } from './own-picture.tsx';
import { Picture } from './picture.tsx';
import { Sound } from './sound.tsx';
import { type CitizenTexts, useT } from './texts.ts';

export function Stage({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const now = useNow(app, true);
  const conversation = app.talk.conversation.value;
  const room = conversation?.room.value;
  const others = conversation?.others.value ?? [];
  const office = t.of(room?.office) || t.of(ticket.office_name);
  const clerk = ticket.call?.clerk;
  const begun = ticket.call?.entered_at ?? room?.started_at;
  const words = conversation ? wordsOf(conversation.state.value.kind, others, clerk, t) : t('conv.connecting');
  useSpoken(words, others, clerk);

  return (
    <section class={`stage${app.full.value ? ' full' : ''}`} aria-label={t('conv.title', { office })}>
      <header class="stage-top">
        <Heading>{office}</Heading>
        <span>{clerk}</span>
        <span class="number">{ticket.number}</span>
        {begun && <Timer seconds={(now - Date.parse(begun)) / 1000} label={t('conv.time')} />}
      </header>
      <div class={`scene many-${Math.min(4, Math.max(1, others.length))}`}>
        {others.map((other) => (
          <Picture key={other.participant.id} other={other} name={nameOf(other, clerk, t)} office={office} />
        ))}
        {others.length === 0 && (
          <div class="tile empty">
            <div class="nobody">
              <Icon name="person" />
            </div>
          </div>
        )}
        {words && (
          <p class="stage-words">
            <span class="waiting-dot" aria-hidden="true" />
            {words}
          </p>
        )}
        {app.devices.camera.value && <OwnPicture class="corner" />}
      </div>
      {conversation && <Sound conversation={conversation} />}
      <div class="stage-notes">
        <div role="status">
          {conversation && conversation.quality.value.strength !== 'good' && (
            <p class="notice small">{t('conv.poor')}</p>
          )}
        </div>
        <Trouble />
      </div>
      <Bar ticket={ticket} />
      <p class="stage-foot small">{t('privacy.norecord')}</p>
    </section>
  );
}

function nameOf(other: Other, clerk: string | undefined, t: CitizenTexts): string {
  const { name, side } = other.participant;
  return name || (side === 'clerk' && clerk) || t(`conv.role.${side}`);
}

/** The state in words; empty while all is well. */
function wordsOf(state: string, others: readonly Other[], clerk: string | undefined, t: CitizenTexts): string {
  if (state === 'reconnecting') return t('conv.reconnecting');
  if (state !== 'connected') return t('conv.connecting');
  const away = others.find((other) => !other.participant.here);
  if (away) return t('conv.away', { name: nameOf(away, clerk, t) });
  if (others.length === 0) return clerk ? t('conv.waiting', { name: clerk }) : t('conv.waiting_nobody');
  return '';
}

/** Says each change once. */
function useSpoken(words: string, others: readonly Other[], clerk: string | undefined): void {
  const t = useT();
  const app = useApp();
  const [met, setMet] = useState(false);
  const here = words === '' && others[0] !== undefined;
  useEffect(() => {
    if (words) app.announcer.say(words);
    else if (here && others[0]) {
      app.announcer.say(met ? t('conv.again') : t('conv.begun', { name: nameOf(others[0], clerk, t) }));
      setMet(true);
    }
  }, [words, here]);
}
