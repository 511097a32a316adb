/** The administration: a list of pages at the side, one of them open. */
import { useEffect, useMemo } from 'preact/hooks';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { useLoaded } from '../../ui/loaded.ts';
import { TextProvider } from '../../ui/texts.tsx';
import type { AreaProps } from '../areas.tsx';
import { Provider } from './context.tsx';
import { Administration } from './model';
import { addressOf, type Page, pageAt, pagesOf } from './pages';
import { useAdministrationTexts } from './texts';

/** One for each login: what was typed is there again when somebody comes back from a conversation. */
let kept: { clerk: string; model: Administration } | undefined;

function modelOf(p: AreaProps): Administration {
  if (kept?.clerk !== p.session.clerk) kept = { clerk: p.session.clerk, model: new Administration(p.client) };
  return kept.model;
}

addEventListener('beforeunload', (e) => {
  if (kept && kept.model.drafts.size > 0) e.preventDefault();
});

export default function AdministrationArea(p: AreaProps) {
  const model = useMemo(() => modelOf(p), [p.session.clerk]);
  const text = useAdministrationTexts(p.lang);
  const { page, rest } = pageAt(p.rest, p.session);
  useEffect(() => {
    void model.load();
  }, [model]);
  const loaded = model.loaded.value;
  return (
    <TextProvider value={text as never}>
      <div class="administration">
        <nav aria-label={text('nav')}>
          <ul>
            {pagesOf(p.session).map((other) => (
              <li key={other.name}>
                <a href={addressOf(other.name)} {...(other === page ? { 'aria-current': 'page' } : {})}>
                  {text(other.title)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <main>
          {loaded.kind === 'loading' && <p role="status">{text('loading')}</p>}
          {loaded.kind === 'lost' && (
            <>
              <Alert>{text('lost')}</Alert>
              <Button onClick={() => model.load()}>{text('again')}</Button>
            </>
          )}
          {loaded.kind === 'there' && page && (
            <Provider value={{ model, settings: loaded.settings, session: p.session }}>
              <PageView key={page.name} page={page} rest={rest} text={text} />
            </Provider>
          )}
        </main>
      </div>
    </TextProvider>
  );
}

function PageView({ page, rest, text }: { page: Page; rest: string; text: ReturnType<typeof useAdministrationTexts> }) {
  const { part, failed, again } = useLoaded(page.load, true);
  if (part) return <part.default rest={rest} />;
  if (!failed) return <p role="status">{text('loading')}</p>;
  return (
    <>
      <Alert>{text('lost')}</Alert>
      <Button onClick={again}>{text('again')}</Button>
    </>
  );
}
