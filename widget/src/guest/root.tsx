// The frame around a guest's screens: what is said to readers, the screen, and the authority's links.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { GuestView } from '../client/protocol.ts';
import { applyAccent } from '../ui/accent.ts';
import { Button } from '../ui/button.tsx';
import type { App, Screen } from './app.ts';
import { Room } from './conversation.tsx';
import { Door, Waiting } from './door.tsx';
import { LanguageButton } from './language.tsx';
import { type Key, useT } from './texts.ts';

export function Root({ app }: { app: App }) {
  const t = useT();
  const screen = app.screen.value;
  const view = 'view' in screen ? screen.view : undefined;
  const main = useRef<HTMLElement>(null);
  const before = useRef(screen.kind);
  useEffect(() => applyAccent(document.documentElement, view?.authority.accent), [view?.authority.accent]);
  const title = view ? `${t('guest.title')} – ${t.of(view.authority.name)}` : t('guest.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (before.current === screen.kind) return;
    before.current = screen.kind;
    // What had the focus went with its screen.
    if (document.activeElement === document.body) main.current?.querySelector<HTMLElement>('[data-heading]')?.focus();
    app.say(main.current?.querySelector('[data-heading]')?.textContent ?? '');
  }, [screen.kind]);
  return (
    <div class={`schalter citizen guest on-${screen.kind}`} lang={t.lang}>
      <div role="status" class="only-heard">
        {app.said.value}
      </div>
      {screen.kind !== 'conversation' && <LanguageButton />}
      <main ref={main} aria-label={title}>
        <View app={app} screen={screen} />
      </main>
      {view && screen.kind !== 'conversation' && <Links view={view} />}
    </div>
  );
}

function View({ app, screen }: { app: App; screen: Screen }) {
  const t = useT();
  switch (screen.kind) {
    case 'loading':
      return <Card title={t('guest.loading')} />;
    case 'unknown':
      return <Card title={t('guest.unknown')} text={['guest.unknown_text']} />;
    case 'elsewhere':
      return (
        <Card title={t('guest.elsewhere')} text={['guest.elsewhere_text']}>
          <Button onClick={() => app.here()}>{t('guest.here')}</Button>
        </Card>
      );
    case 'over':
      return <Card title={t('guest.over')} text={['guest.over_text', 'guest.close']} />;
    case 'declined':
      return <Card title={t('guest.declined')} text={['guest.declined_text', 'guest.close']} />;
    case 'removed':
      return <Card title={t('guest.removed')} text={['guest.removed_text', 'guest.close']} />;
    case 'locked':
      return <Card title={t('guest.locked')} text={['guest.locked_text']} />;
    case 'left':
      return (
        <Card title={t('guest.left')} text={['guest.left_text']}>
          <Button onClick={() => app.come(true)}>{t('guest.again')}</Button>
          <Button kind="ghost" onClick={() => app.come(false)}>
            {t('guest.again_sound')}
          </Button>
        </Card>
      );
    case 'door':
      return <Door app={app} view={screen.view} />;
    case 'waiting':
      return <Waiting app={app} view={screen.view} />;
    case 'conversation':
      return <Room app={app} view={screen.view} />;
  }
}

/** A page with one message: heading, words, the next step. */
export function Card(p: { title: string; text?: Key[]; children?: ComponentChildren }) {
  const t = useT();
  return (
    <section class="card">
      <h1 class="heading" tabIndex={-1} data-heading="">
        {p.title}
      </h1>
      {p.text?.map((key) => (
        <p key={key}>{t(key)}</p>
      ))}
      {p.children && <div class="actions">{p.children}</div>}
    </section>
  );
}

/** A page without an invitation: opened without a link, or in a browser that is too old. */
export function Without({ why }: { why: 'no_link' | 'old' }) {
  const t = useT();
  return (
    <div class="schalter citizen guest" lang={t.lang}>
      <LanguageButton />
      <main aria-label={t('guest.title')}>
        {why === 'old' ? (
          <Card title={t('unsupported.title')} text={['unsupported.text', 'guest.old_link']} />
        ) : (
          <Card title={t('guest.no_link')} text={['guest.no_link_text']} />
        )}
      </main>
    </div>
  );
}

function Links({ view }: { view: GuestView }) {
  const t = useT();
  const { privacy, statement, imprint } = view.authority;
  const links = [
    [privacy, t('privacy.link')],
    [statement, t('statement.link')],
    [imprint, t('imprint.link')],
  ].filter(([address]) => address?.startsWith('https://') || address?.startsWith('http://'));
  return (
    <footer class="small muted">
      <p>{t('guest.privacy')}</p>
      {links.length > 0 && (
        <p class="links">
          {links.map(([address, name]) => (
            <a key={name} href={address} target="_blank" rel="noopener">
              {name}
            </a>
          ))}
        </p>
      )}
    </footer>
  );
}
