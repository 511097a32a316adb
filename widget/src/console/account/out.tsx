/** Signing out in a conversation interrupts it: asked first. */
import { useMemo } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useWork } from '../context.tsx';
import { useText } from '../texts';
import { accountTexts } from './texts';

export function OutDialog({ onClose }: { onClose: () => void }) {
  const { lang } = useText();
  const say = useMemo(() => accountTexts(lang), [lang]);
  const work = useWork();
  return (
    <Dialog
      title={say('out.title')}
      onClose={onClose}
      actions={
        <>
          <Button autofocus onClick={onClose}>
            {say('out.stay')}
          </Button>
          <Button kind="danger" onClick={() => work.signOut(true)}>
            {say('out.go')}
          </Button>
        </>
      }
    >
      <p>{say('out.text', { number: work.current.value?.ticket.number ?? '' })}</p>
    </Dialog>
  );
}
