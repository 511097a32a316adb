import { Button } from '../ui/button.tsx';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

/** A page that nobody has touched yet may not ring. In a frame the board rings instead. */
export function Asleep() {
  const t = useT();
  const app = useApp();
  if (app.host.framed || !app.bell.asleep.value) return null;
  return (
    <div class="notice">
      <div class="stack tight">
        <p>{t('hearing.asleep')}</p>
        <Button kind="ghost" icon="sound" onClick={() => app.bell.test()}>
          {t('hearing.wake')}
        </Button>
      </div>
    </div>
  );
}
