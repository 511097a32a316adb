// On a page of our own: which office? The link may have said it already.

import type { BoardOffice } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Status, type StatusKind } from '../ui/status.tsx';
import { Card, SubHeading } from './card.tsx';
import { useApp } from './context.ts';
import { Contact } from './links.tsx';
import { type CitizenTexts, clockTime, dayName, type Key, useT } from './texts.ts';

const KINDS: Record<BoardOffice['status'], StatusKind> = {
  open: 'open',
  busy: 'busy',
  paused: 'paused',
  closed: 'closed',
  appointment_only: 'closed',
};

export function Draw({ office: wanted }: { office: string | undefined }) {
  const t = useT();
  const app = useApp();
  const board = app.board.value;
  const one = app.office(wanted);
  const offices = one ? [one] : (board?.offices ?? []);
  return (
    <Card title={board ? t.of(board.authority.name) : t('title')}>
      <p>{offices.length > 0 ? t('pick.intro') : t('pick.none')}</p>
      <ul class="offices">
        {offices.map((office) => {
          const name = t.of(office.name);
          return (
            <li key={office.id}>
              <div>
                <SubHeading>{name}</SubHeading>
                <p class="small muted">{t.of(office.about)}</p>
                {reasons(office, t, board?.zone).map((reason) => (
                  <p class="small" key={reason}>
                    {reason}
                  </p>
                ))}
              </div>
              <Status kind={KINDS[office.status]}>{t(`office.${office.status}` as Key)}</Status>
              {office.action === 'draw' ? (
                <Button label={t('action.draw_at', { office: name })} onClick={() => app.draw(office.id)}>
                  {t('action.draw')}
                </Button>
              ) : (
                <Contact office={office.id} />
              )}
            </li>
          );
        })}
      </ul>
      {offices.length === 0 && <Contact />}
    </Card>
  );
}

/** Why no number can be drawn, and when it can. */
function reasons(office: BoardOffice, t: CitizenTexts, zone: string | undefined): string[] {
  const { until } = office;
  const why = t.maybe(`pick.${office.text}`, { holiday: t.of(office.holiday) }) ?? '';
  const when =
    office.status === 'closed' && until
      ? t('closed.next', { date: dayName(until, t.lang, zone), time: clockTime(until, t.lang, zone) })
      : '';
  return [why, when].filter(Boolean);
}
