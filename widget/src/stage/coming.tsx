// In the place of a part that is fetched later: that it comes, or that it did not, and the way to ask for it again.
import { Button } from '../ui/button.tsx';
import { useStageText } from './texts.ts';

/** `said`: a live region is around it already. */
export function Coming({ failed, again, said }: { failed: boolean; again: () => void; said?: boolean | undefined }) {
  const t = useStageText();
  return (
    <div role={said ? undefined : 'status'} class="stack tight">
      <p class="small muted">{t(failed ? 'stage.not_loaded' : 'stage.loading')}</p>
      {failed && (
        <Button kind="ghost" onClick={again}>
          {t('stage.load_again')}
        </Button>
      )}
    </div>
  );
}
