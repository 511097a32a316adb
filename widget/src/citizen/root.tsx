// The frame around all screens: the live regions, the screen, and the links that every view needs.
import { useEffect, useRef } from 'preact/hooks';
import { applyAccent } from '../ui/accent.ts';
import { TextProvider } from '../ui/texts.tsx';
import type { App } from './app.ts';
import { AppProvider } from './context.ts';
import { ConversationScreen } from './conversation.tsx';
import { Links } from './links.tsx';
import { Arrived, Fault, Loading, Parted } from './messages.tsx';
import { ScreenPart } from './part.tsx';
import { Queue } from './queue.tsx';
import type { Screen } from './screen.ts';

export function Root({ app }: { app: App }) {
  const texts = app.texts.value;
  const screen = app.screen.value;
  const accent = app.board.value?.authority.accent;
  const main = useRef<HTMLElement>(null);

  useEffect(() => applyAccent(document.documentElement, accent), [accent]);
  useEffect(() => {
    if (texts) document.documentElement.lang = texts.lang;
  }, [texts]);
  useEffect(() => {
    const unlock = () => app.bell.unlock();
    addEventListener('click', unlock); // not at the pointer's going down: a notice goes, and what is aimed at would move
    addEventListener('keydown', unlock);
    return () => {
      removeEventListener('click', unlock);
      removeEventListener('keydown', unlock);
    };
  }, [app]);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      app.host.focusOut(event.shiftKey ? 'before' : 'after');
    };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, [app]);
  useKeptFocus(main, screen.kind, app.later.parts.value !== null);

  if (!texts) return <div class="schalter citizen" />;
  return (
    <AppProvider value={app}>
      <TextProvider value={texts as never}>
        <div class={`schalter citizen on-${screen.kind}`} lang={texts.lang}>
          <div role="status" class="only-heard">
            {app.announcer.status.value || null}
          </div>
          <div role="alert" class="only-heard">
            {app.announcer.alert.value || null}
          </div>
          <main ref={main} aria-label={texts('title')}>
            {view(screen)}
          </main>
          {screen.kind !== 'conversation' && <Links />}
        </div>
      </TextProvider>
    </AppProvider>
  );
}

function view(screen: Screen) {
  switch (screen.kind) {
    case 'loading':
      return <Loading />;
    case 'drawing':
      return <Loading drawing />;
    case 'unsupported':
      return <ScreenPart>{(parts) => <parts.Unsupported />}</ScreenPart>;
    case 'pick':
      return <ScreenPart>{(parts) => <parts.Draw office={screen.office} />}</ScreenPart>;
    case 'fault':
      return <Fault refusal={screen.refusal} drawing={screen.drawing} />;
    case 'none':
      return <ScreenPart>{(parts) => <parts.None />}</ScreenPart>;
    case 'deleted':
      return <ScreenPart>{(parts) => <parts.Deleted />}</ScreenPart>;
    case 'moved':
      return <ScreenPart>{(parts) => <parts.Moved ticket={screen.ticket} />}</ScreenPart>;
    case 'arrived':
      return <Arrived ticket={screen.ticket} />;
    case 'elsewhere':
      return <ScreenPart>{(parts) => <parts.Elsewhere />}</ScreenPart>;
    case 'queue':
      return <Queue ticket={screen.ticket} />;
    case 'parked':
      return <ScreenPart>{(parts) => <parts.Parked ticket={screen.ticket} />}</ScreenPart>;
    case 'conversation':
      return <ConversationScreen ticket={screen.ticket} />;
    case 'parted':
      return <Parted failed={screen.failed} />;
    case 'missed':
      return <ScreenPart>{(parts) => <parts.Missed ticket={screen.ticket} />}</ScreenPart>;
    case 'served':
      return <ScreenPart>{(parts) => <parts.Served ticket={screen.ticket} />}</ScreenPart>;
    case 'left':
      return <ScreenPart>{(parts) => <parts.Left ticket={screen.ticket} />}</ScreenPart>;
    case 'closed':
      return <ScreenPart>{(parts) => <parts.Closed ticket={screen.ticket} />}</ScreenPart>;
  }
}

/**
 * If the element that had the focus goes with its screen, the focus goes to the new screen's heading. It is never taken
 * from anything that still exists, nor from the town's page.
 */
function useKeptFocus(main: { current: HTMLElement | null }, kind: string, complete: boolean): void {
  const had = useRef<Element | null>(null);
  useEffect(() => {
    const note = () => {
      had.current = main.current?.contains(document.activeElement) ? document.activeElement : null;
    };
    addEventListener('focusin', note);
    addEventListener('pointerdown', note);
    return () => {
      removeEventListener('focusin', note);
      removeEventListener('pointerdown', note);
    };
  }, [main]);
  useEffect(() => {
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!lost || had.current === null || had.current.isConnected) return;
    main.current?.querySelector<HTMLElement>('[data-heading]')?.focus();
  }, [kind, complete]); // a screen that is fetched has its heading later
}
