// Called: one click to enter. The panel takes no focus; the next Tab leads to its first button.
import { useEffect, useRef } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Timer } from '../ui/timer.tsx';
import { Heading } from './card.tsx';
import { useApp, useNow } from './context.ts';
import { OwnPicture } from './own-picture.tsx';
import { useT } from './texts.ts';

/** Said aloud once, this many seconds before the end. */
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
  const warn = left !== undefined && left <= WARN_S && left > 0;
  const who = { clerk: call?.clerk, office: t.of(ticket.office_name) };

  useNextTab(panel, enter);
  useEffect(() => {
    if (warn && left !== undefined) app.announcer.say(t('call.soon', { s: left }));
  }, [warn]);

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
          <Button element={enter} icon="forward" onClick={() => app.enter(true)}>
            {t('action.enter')}
          </Button>
          <Button kind="ghost" icon="camera-off" onClick={() => app.enter(false)}>
            {t('action.enter_silent')}
          </Button>
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
        <p class="small muted">{t('call.small')}</p>
      </div>
      {app.devices.camera.value ? (
        <OwnPicture />
      ) : (
        <div class="doorway" aria-hidden="true">
          <Icon name="bell" />
        </div>
      )}
    </section>
  );
}

/** The first Tab after the call goes to the button, from wherever the citizen is (A23). */
function useNextTab(panel: { current: HTMLElement | null }, button: { current: HTMLElement | null }): void {
  useEffect(() => {
    const tab = (event: KeyboardEvent) => {
      if (event.key !== 'Tab' || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
      removeEventListener('keydown', tab);
      if (panel.current?.contains(document.activeElement)) return;
      event.preventDefault();
      button.current?.focus();
    };
    addEventListener('keydown', tab);
    return () => removeEventListener('keydown', tab);
  }, [panel, button]);
}
