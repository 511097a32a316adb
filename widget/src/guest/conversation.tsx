// The conversation as a guest has it: the same stage as for the others, and the way out.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { GuestView } from '../client/protocol.ts';
import { FullButton, StageButtons } from '../stage/buttons.tsx';
import { StageProvider } from '../stage/context.ts';
import { fullScreen, watchFull } from '../stage/full.ts';
import { LineNotice, Volume } from '../stage/line.tsx';
import { Lost } from '../stage/lost.tsx';
import { MishapNotice } from '../stage/mishap.tsx';
import { PanelButtons } from '../stage/panel-buttons.tsx';
import { usePrefetch } from '../stage/prefetch.ts';
import { SettingsButton } from '../stage/settings.tsx';
import { Stage } from '../stage/stage.tsx';
import { StageView } from '../stage/view.ts';
import { Button } from '../ui/button.tsx';
import type { App } from './app.ts';
import { Trouble } from './door.tsx';
import { LanguageButton } from './language.tsx';
import { useT } from './texts.ts';

export function Room({ app, view }: { app: App; view: GuestView }) {
  const t = useT();
  const conversation = app.conversation.value ?? undefined;
  const office = t.of(view.office);
  const { devices } = app;
  const [full, setFull] = useState(false);
  useEffect(() => watchFull(() => setFull(false)), []);
  usePrefetch(conversation);
  const room = {
    conversation,
    devices,
    view: useMemo(() => new StageView(), []),
    office,
    awaited: '', // two may be missing: neither is called by the other's name
    say: (text: string) => app.say(text),
    full,
    toggleFull: () => {
      fullScreen(!full);
      setFull(!full);
    },
  };
  return (
    <section class={`conversation${full ? ' full' : ''}`} aria-label={t('conv.title', { office })}>
      <header class="stage-top">
        <h1 class="heading" tabIndex={-1} data-heading="">
          {office}
        </h1>
        <span>{t.of(view.authority.name)}</span>
        <LanguageButton />
      </header>
      <StageProvider value={room}>
        <Stage />
        <div class="stage-notes">
          <div role="status">
            {view.muted && <p class="notice small">{t('guest.muted')}</p>}
            {view.hidden && <p class="notice small">{t('guest.hidden')}</p>}
          </div>
          {conversation && (
            <>
              <Lost conversation={conversation} />
              <LineNotice conversation={conversation} devices={devices} />
            </>
          )}
          <Trouble app={app} />
          <MishapNotice devices={devices} />
        </div>
        <div class="bar">
          <StageButtons />
          <PanelButtons />
          <SettingsButton devices={devices} conversation={conversation} />
          <FullButton />
          <Button kind="danger" icon="hang-up" onClick={() => app.leave()}>
            {t('guest.leave')}
          </Button>
        </div>
      </StageProvider>
      <p class="stage-foot small">
        {t('privacy.norecord')} {conversation && <Volume conversation={conversation} />}
      </p>
    </section>
  );
}
