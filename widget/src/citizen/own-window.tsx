// The same ticket in a window of its own. The link is made on a click, and opened by another: browsers block windows
// that open later than a click.
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

export function OwnWindow() {
  const t = useT();
  const app = useApp();
  const [code, setCode] = useState('');
  if (!app.host.framed) return null;
  if (!code) {
    return (
      <Button
        kind="ghost"
        icon="forward"
        onClick={() =>
          app.attempt(async () => {
            setCode(await app.ticket.resumeCode());
          })
        }
      >
        {t('window.get')}
      </Button>
    );
  }
  return (
    <span class="stack tight">
      <a
        class="button"
        href={`/v/#${code}`}
        target="_blank"
        rel="noopener"
        onClick={() => setTimeout(() => setCode(''), 0)}
      >
        <Icon name="forward" />
        {t('window.open')}
      </a>
      <span class="small muted">{t('window.hint')}</span>
    </span>
  );
}
