// Screens that are one message each.
import type { Refusal } from '../client/api.ts';
import type { CitizenTicket } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Heading, Refused, useSentence } from './card.tsx';
import { useApp } from './context.ts';
import { MEGABYTES } from './cost.ts';
import { Done } from './endings.tsx';
import { Leaving } from './leaving.tsx';
import { Contact } from './links.tsx';
import { Mine } from './mine.tsx';
import { Paper } from './paper.tsx';
import { Phone } from './phone.tsx';
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

export function None() {
  const t = useT();
  return (
    <Card title={t('none.title')} actions={<Done />} after={<Contact />}>
      <p>{t('none.text')}</p>
    </Card>
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
      <Alert>{sentence(refusal)}</Alert>
      {refusal.requestId && <p class="small muted">{t('fault.id', { id: refusal.requestId })}</p>}
    </Card>
  );
}

export function Unsupported() {
  const t = useT();
  const address = location.href.split('#')[0];
  return (
    <Card title={t('unsupported.title')}>
      <p>{t('unsupported.text')}</p>
      <p>
        {t('unsupported.link')}: <a href={address}>{address}</a>
      </p>
      <Contact />
    </Card>
  );
}

export function Elsewhere() {
  const t = useT();
  const app = useApp();
  return (
    <Card
      title={t('elsewhere.title')}
      after={<Contact />}
      actions={
        <Button kind="ghost" onClick={() => app.takeBack()}>
          {t('elsewhere.back')}
        </Button>
      }
    >
      <p>{t('elsewhere.text')}</p>
    </Card>
  );
}

/** The ticket is on another device, and there is no way to take it back from here. */
export function Moved({ ticket }: { ticket: CitizenTicket | null }) {
  const t = useT();
  return (
    <Card title={t('moved.title')} actions={<Done />} after={<Contact office={ticket?.office} />}>
      <p>{ticket ? t('moved.text', { number: ticket.number }) : t('moved.text_later')}</p>
      <p class="small muted">{t('moved.stolen')}</p>
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

export function Parked({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  return (
    <section class="card wait">
      <Paper ticket={ticket} />
      <div class="stack">
        <Heading>{t('parked.title')}</Heading>
        <p>{t('parked.text', { office: t.of(ticket.office_name) })}</p>
        <Refused />
        <div class="actions">
          <Phone ticket={ticket} />
          <Leaving ticket={ticket} />
        </div>
        <Contact office={ticket.office} />
        <Mine ticket={ticket} />
      </div>
    </section>
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
