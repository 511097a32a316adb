/** A link that was not mailed: shown once, to be handed over. */
import type { Invited } from '../../client/protocol';
import { Button } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { Say } from './staff-texts';

export function LinkDialog({ invited, say, onClose }: { invited: Invited; say: Say; onClose: () => void }) {
  if (!invited.link) return null;
  return (
    <Dialog
      title={say('link.title')}
      onClose={onClose}
      actions={<Button onClick={onClose}>{say('link.close')}</Button>}
    >
      <p>{say(invited.failed ? 'link.failed' : 'link.text')}</p>
      <Copy
        label={say('link.label')}
        text={invited.link}
        words={{ copy: say('link.copy'), copied: say('link.copied'), select: say('link.select') }}
      />
    </Dialog>
  );
}
