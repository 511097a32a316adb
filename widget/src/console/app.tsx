/** The app: which of its two screens is shown, in which language, and what stands in the window's title. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { applyAccent } from '../ui/accent.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { StatusRegion } from '../ui/status.tsx';
import { TextProvider } from '../ui/texts.tsx';
import { OutDialog } from './account/out.tsx';
import { AreaView, address, areaAt, lazily } from './areas.tsx';
import { Asked } from './consult-asked.tsx';
import { useWork, WorkProvider } from './context.tsx';
import { Desk } from './desk.tsx';
import { Header } from './header.tsx';
import { KeysDialog } from './keys.tsx';
import { BellDialog, Ringing, Signs } from './ringing.tsx';
import { SignIn } from './signin.tsx';
import { consoleTexts, type Lang, useText } from './texts';
import type { Work } from './work';

export function App({ work, lang: first }: { work: Work; lang: Lang }) {
  const [lang, setLang] = useState(first);
  const state = work.client.session.value;
  const authority = state.kind === 'in' ? state.session.authority : undefined;
  const texts = useMemo(() => consoleTexts(lang, authority?.texts), [lang, authority]);

  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  useEffect(() => applyAccent(document.documentElement, authority?.accent), [authority?.accent]);

  return (
    <TextProvider value={texts as never}>
      <WorkProvider value={work}>
        <div class="schalter app">
          <Signs />
          <Header lang={lang} onLang={setLang} />
          {screen()}
        </div>
      </WorkProvider>
    </TextProvider>
  );

  function screen() {
    const way = address.value;
    if (/^(invitation|reset|setup|forgotten)(\/|$)/.test(way) && state.kind !== 'loading') {
      return <EntryView client={work.client} lang={lang} at={way} />;
    }
    switch (state.kind) {
      case 'loading':
        return <Loading />;
      case 'lost':
        return <Lost work={work} />;
      case 'out':
        return <SignIn over={state.over} lang={lang} />;
      case 'in': {
        if (state.session.stage !== 'full') {
          return <EntryView client={work.client} lang={lang} at="" session={state.session} />;
        }
        const elsewhere = areaAt(address.value, state.session);
        return (
          <>
            {!work.client.replaced.value && <Ringing />}
            {!work.client.replaced.value && <Asked />}
            {/* It stays: a conversation goes on while somebody looks something up. */}
            <div class="workplace" hidden={elsewhere !== undefined}>
              <Desk session={state.session} />
            </div>
            <HeadDialogs />
            <News />
            {elsewhere && <AreaView {...elsewhere} session={state.session} lang={lang} />}
          </>
        );
      }
    }
  }
}

/** What happens at the desk is heard in every area. */
function News() {
  const text = useText();
  const news = useWork().news.value;
  return <StatusRegion text={news ? text(news.key, news.values) : ''} />;
}

const EntryView = lazily(() => import('./account/entry.tsx'));

/** Those that are opened in the header, in every area. */
function HeadDialogs() {
  const { dialog } = useWork();
  const close = () => {
    dialog.value = undefined;
  };
  switch (dialog.value?.kind) {
    case 'bell':
      return <BellDialog onClose={close} />;
    case 'keys':
      return <KeysDialog onClose={close} />;
    case 'out':
      return <OutDialog onClose={close} />;
    default:
      return null;
  }
}

function Loading() {
  const text = useText();
  return (
    <main class="plain">
      <p role="status">{text('app.loading')}</p>
    </main>
  );
}

function Lost({ work }: { work: Work }) {
  const text = useText();
  return (
    <main class="plain">
      <Alert>{text('app.lost')}</Alert>
      <Button onClick={() => work.client.load()}>{text('app.retry')}</Button>
    </main>
  );
}
