// Guests of the conversation: who wants to come in is shown with name and role, and comes in by the citizen's yes alone,
// which can be taken back at any time (P18).
import { useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../client/api.ts';
import type { RoomGuest } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { useSentence } from './card.tsx';
import { useApp } from './context.ts';
import { type Key, useT } from './texts.ts';

export function Guests({ office }: { office: string }) {
  const t = useT();
  const app = useApp();
  const sentence = useSentence();
  const [refusal, setRefusal] = useState<Refusal>();
  const guests = app.talk.conversation.value?.room.value?.guests ?? [];
  const asking = guests.filter((guest) => guest.state === 'waiting' && guest.here);
  const inside = guests.filter((guest) => guest.state === 'admitted');
  const newest = asking.at(-1);
  const roleOf = (guest: RoomGuest) => t(`stage.role.${guest.kind}` as Key);
  const answer = async (guest: RoomGuest, agree: boolean) => {
    setRefusal(undefined);
    try {
      await app.ticket.answerGuest(guest.id, agree);
      app.announcer.say(t(agree ? 'asked.agreed' : 'asked.declined', { name: guest.name }));
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  };
  return (
    <div class="guests">
      <div role="alert" class="only-heard">
        {newest && t('asked.heard', { name: newest.name, role: roleOf(newest) })}
      </div>
      {asking.map((guest) => (
        <section key={guest.id} class="asked" aria-label={t('asked.title', { name: guest.name })}>
          <Icon name="person" />
          <div class="stack tight">
            <h2 class="sub-heading">{t('asked.title', { name: guest.name })}</h2>
            <p>{t('asked.role', { role: roleOf(guest), office })}</p>
            <p class="small">{t('asked.until')}</p>
            <div class="actions">
              <Button onClick={() => answer(guest, true)} label={t('asked.yes_named', { name: guest.name })}>
                {t('asked.yes')}
              </Button>
              <Button
                kind="ghost"
                onClick={() => answer(guest, false)}
                label={t('asked.no_named', { name: guest.name })}
              >
                {t('asked.no')}
              </Button>
            </div>
          </div>
        </section>
      ))}
      <Alert>{refusal ? sentence(refusal) : null}</Alert>
      {inside.map((guest) => (
        <Inside key={guest.id} guest={guest} role={roleOf(guest)} out={() => answer(guest, false)} />
      ))}
    </div>
  );
}

function Inside({ guest, role, out }: { guest: RoomGuest; role: string; out: () => Promise<void> }) {
  const t = useT();
  const [sure, setSure] = useState(false);
  const { name } = guest;
  return (
    <p class="inside small">
      <span>{t('asked.inside', { name, role })}</span>
      <button type="button" class="link" onClick={() => setSure(true)}>
        {t('asked.out', { name })}
      </button>
      {sure && (
        <Dialog
          title={t('asked.out_title', { name })}
          onClose={() => setSure(false)}
          actions={
            <>
              <Button kind="ghost" autofocus onClick={() => setSure(false)}>
                {t('asked.keep')}
              </Button>
              <Button kind="danger" onClick={out}>
                {t('asked.out_do')}
              </Button>
            </>
          }
        >
          <p>{t('asked.out_text')}</p>
        </Dialog>
      )}
    </p>
  );
}
