// Screens that are one message each, and beside the way.
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Card, Heading, Refused } from './card.tsx';
import { useApp } from './context.ts';
import { Done } from './endings.tsx';
import { Mine } from './folded.tsx';
import { Leaving } from './leaving.tsx';
import { Contact } from './links.tsx';
import { Paper } from './paper.tsx';
import { Phone } from './phone.tsx';
import { useT } from './texts.ts';

export function None() {
  const t = useT();
  return (
    <Card title={t('none.title')} actions={<Done />} after={<Contact />}>
      <p>{t('none.text')}</p>
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
