import { Button } from '../ui/button.tsx';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

/** Privacy notice, imprint and statement of accessibility: and the other language: reachable from every view, by the board's foot or by ours. */
export function Links() {
  const t = useT();
  const app = useApp();
  const authority = app.board.value?.authority;
  if (!authority || app.boarded.value) return null;
  const links = [
    [authority.privacy, t('privacy.link')],
    [authority.statement, t('statement.link')],
    [authority.imprint, t('imprint.link')],
  ].filter(([address]) => address?.startsWith('https://') || address?.startsWith('http://'));
  return (
    <footer class="small muted">
      <p>{t('privacy.short')}</p>
      {links.length > 0 && (
        <p class="links">
          {links.map(([address, name]) => (
            <a key={name} href={address} target="_blank" rel="noopener">
              {name}
              {address === authority.privacy && authority.privacy_since && (
                <> {t('privacy.since', { date: dayOf(authority.privacy_since, t.lang) })}</>
              )}
            </a>
          ))}
        </p>
      )}
      <Language />
    </footer>
  );
}

/** The other language, where no board offers it. On a page of our own the address keeps it. */
function Language() {
  const t = useT();
  const app = useApp();
  const lang = t.lang === 'de' ? 'en' : 'de';
  const choose = async () => {
    await app.setLang(lang);
    if (app.host.framed) return;
    const errand = new URLSearchParams(location.hash.slice(1));
    errand.set('lang', lang);
    history.replaceState(history.state, '', `#${errand}`);
  };
  return (
    <Button kind="ghost" onClick={choose}>
      <span lang={lang}>{lang === 'en' ? 'English' : 'Deutsch'}</span>
    </Button>
  );
}

/** "22.11.2026" */
function dayOf(when: string, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'Europe/Berlin' }).format(new Date(when));
}

/** The other ways to reach the office: never a dead end. */
export function Contact({ office: id }: { office?: string | undefined }) {
  const t = useT();
  const app = useApp();
  const authority = app.board.value?.authority;
  const office = app.office(id);
  const phone = office?.phone || authority?.phone;
  const email = office?.email || authority?.email;
  if (!phone && !email && !authority?.address) return null;
  return (
    <div class="contact">
      <p class="sub-heading">{t('contact.title')}</p>
      <dl>
        {phone && (
          <div>
            <dt>{t('contact.phone')}</dt>
            <dd>
              <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</a>
            </dd>
          </div>
        )}
        {email && (
          <div>
            <dt>{t('contact.email')}</dt>
            <dd>
              <a href={`mailto:${email}`}>{email}</a>
            </dd>
          </div>
        )}
        {authority?.address && (
          <div>
            <dt>{t('contact.address')}</dt>
            <dd>{authority.address}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
