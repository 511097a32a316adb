// Screens that are one message each.
import type { Refusal } from '../client/api.ts';
import type { CitizenTicket } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Heading, useSentence } from './card.tsx';
import { useApp } from './context.ts';
import { Contact } from './links.tsx';
import { Paper } from './paper.tsx';
import { useT } from './texts.ts';

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
  const app = useApp();
  return (
    <Card title={t('none.title')} actions={<Button onClick={() => app.done()}>{t('action.done')}</Button>}>
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
      <Contact />
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

export function Parked({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  return (
    <section class="card wait">
      <Paper ticket={ticket} />
      <div class="stack">
        <Heading>{t('parked.title')}</Heading>
        <p>{t('parked.text', { office: t.of(ticket.office_name) })}</p>
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
      actions={<Button onClick={() => app.enter(true)}>{t('parted.back')}</Button>}
    >
      {!failed && <p>{t('parted.text')}</p>}
      <Contact />
    </Card>
  );
}
