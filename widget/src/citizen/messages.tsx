// Screens that are one message each, and on the way to the conversation.
import type { Refusal } from '../client/api.ts';
import type { CitizenTicket } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Heading, Refused, useSentence } from './card.tsx';
import { useApp } from './context.ts';
import { MEGABYTES } from './cost.ts';
import { Contact } from './links.tsx';
import { useT } from './texts.ts';
import { Ways } from './ways.tsx';

export function Loading({ drawing }: { drawing?: boolean }) {
  const t = useT();
  return (
    <section class="card loading" aria-busy="true">
      <Heading>{drawing ? t('draw.running') : t('loading')}</Heading>
      <div class="slot" aria-hidden="true">
        <span />
      </div>
    </section>
  );
}

export function Fault({ refusal, drawing }: { refusal: Refusal; drawing: boolean }) {
  const t = useT();
  const app = useApp();
  const sentence = useSentence();
  const retry = refusal.passing || refusal.code === 'conflict';
  return (
    <Card
      title={drawing && !refusal.passing ? t('draw.refused') : t('fault.title')}
      after={<Contact />}
      actions={
        <>
          {retry && <Button onClick={() => app.again()}>{t('action.retry')}</Button>}
          <Button kind={retry ? 'ghost' : 'primary'} onClick={() => app.done()}>
            {t('action.done')}
          </Button>
        </>
      }
    >
      <Alert>{sentence(refusal) || t('loading')}</Alert>
      {refusal.requestId && <p class="small muted">{t('fault.id', { id: refusal.requestId })}</p>}
    </Card>
  );
}

/** Moved here in the midst of a conversation: the click is what lets the browser ask for camera and sound. */
export function Arrived({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  return (
    <Card
      title={t('arrived.title')}
      after={<Contact office={ticket.office} />}
      actions={<Ways byText={ticket.text_only} />}
    >
      <p>{t('arrived.text', { office: t.of(ticket.office_name), number: ticket.number })}</p>
      <Refused />
      <p class="small muted">{t('call.small', MEGABYTES)}</p>
    </Card>
  );
}

export function Parted({ failed }: { failed: boolean }) {
  const t = useT();
  const app = useApp();
  return (
    <Card
      title={failed ? t('parted.failed') : t('parted.title')}
      after={<Contact />}
      actions={<Button onClick={() => app.enter(app.talk.manner.peek())}>{t('parted.back')}</Button>}
    >
      {!failed && <p>{t('parted.text')}</p>}
    </Card>
  );
}
