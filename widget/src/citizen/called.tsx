// Called: one click to enter. The panel takes no focus; the next Tab leads to its first button.
import { useEffect, useRef } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { OwnTile } from '../stage/own.tsx';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Timer } from '../ui/timer.tsx';
import { Heading } from './card.tsx';
import { useApp, useNow } from './context.ts';
import { MEGABYTES } from './cost.ts';
import { useT } from './texts.ts';
import { Ways } from './ways.tsx';

/** Said aloud once each, this many seconds before the end. The second offers more time, and stays to be read (A20). */
const REMIND_S = 60;
const WARN_S = 40;

export function Called({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const now = useNow(app, true);
  const enter = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLElement>(null);
  const call = ticket.call;
  const left = call?.deadline ? Math.max(0, Math.round((Date.parse(call.deadline) - now) / 1000)) : undefined;
  const late = left !== undefined && left <= 0;
  const remind = left !== undefined && left <= REMIND_S && left > WARN_S;
  const warn = left !== undefined && left <= WARN_S && left > 0;
  const who = { clerk: call?.clerk, office: t.of(ticket.office_name) };

  useNextTab(panel, enter, call?.deadline);
  useEffect(() => {
    if (!remind) return;
    app.announcer.remind(t('call.reminder', { s: left }));
    if (app.bell.ringing.peek()) app.bell.ring(); // the board rings for a minute only
  }, [remind, call?.deadline]);
  useEffect(() => {
    if (warn) app.announcer.remind(t('call.soon', { s: left }));
  }, [warn, call?.deadline]);

  return (
    <section class="card called" ref={panel}>
      <div class="stack">
        <Heading class="big">{t('call.title', { number: ticket.number })}</Heading>
        <p>{who.clerk ? t('call.who', who) : t('call.who_office', who)}</p>
        {left !== undefined && (
          <p>
            {late ? (
              t('call.late')
            ) : (
              <>
                {t('call.window')}{' '}
                <b class="countdown">
                  <Timer seconds={left} label={t('call.window')} />
                </b>
              </>
            )}
          </p>
        )}
        {(call?.calls ?? 0) > 0 && <p class="small muted">{t('call.nth', { n: call?.calls })}</p>}
        <div class="actions">
          <Ways byText={ticket.text_only} first={enter} />
          <Button
            kind="ghost"
            icon="clock"
            onClick={() => {
              app.bell.silence();
              return app.attempt(() => app.ticket.moreTime());
            }}
          >
            {t('action.more_time')}
          </Button>
          {app.bell.ringing.value && (
            <Button kind="ghost" icon="bell-off" onClick={() => app.bell.silence()}>
              {t('call.quiet')}
            </Button>
          )}
        </div>
        {warn && (
          <p class="notice">
            <Icon name="clock" />
            <span>{t('call.warning')}</span>
          </p>
        )}
        <p class="small muted">{ticket.text_only ? t('call.small_text') : t('call.small', MEGABYTES)}</p>
      </div>
      {app.devices.camera.value ? (
        <OwnTile devices={app.devices} class="own" />
      ) : (
        <div class="doorway" aria-hidden="true">
          <Icon name="bell" />
        </div>
      )}
    </section>
  );
}

/** In a dialog, which covers the call: it must not be missed for that. */
export function CalledHint({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  return <Alert>{ticket.state === 'called' ? t('call.covered', { number: ticket.number }) : null}</Alert>;
}

/** The first Tab after each call goes to the button, from wherever the citizen is (A23). */
function useNextTab(
  panel: { current: HTMLElement | null },
  button: { current: HTMLElement | null },
  call: string | undefined,
): void {
  useEffect(() => {
    const tab = (event: KeyboardEvent) => {
      if (event.key !== 'Tab' || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
      if (document.querySelector('dialog[open]')) return; // its own Tab first
      removeEventListener('keydown', tab);
      if (panel.current?.contains(document.activeElement)) return;
      event.preventDefault();
      button.current?.focus();
    };
    addEventListener('keydown', tab);
    return () => removeEventListener('keydown', tab);
  }, [panel, button, call]);
}
