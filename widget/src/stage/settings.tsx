// Devices, tests and effects in the midst of a conversation. The panel is fetched when it is first opened.
import { useState } from 'preact/hooks';
import type { Conversation } from '../media/conversation.ts';
import type { Devices } from '../media/devices.ts';
import type { Ask } from '../media/probe.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useLoaded } from '../ui/loaded.ts';
import { Coming } from './coming.tsx';
import { useStageText } from './texts.ts';

export const loadPanel = () => import('../check/panel.tsx');

interface SettingsProps {
  devices: Devices;
  ask?: Ask | undefined;
  conversation?: Conversation | undefined;
}

export function SettingsButton(p: SettingsProps) {
  const t = useStageText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="ghost" icon="settings" onClick={() => setOpen(true)}>
        {t('stage.settings')}
      </Button>
      {open && <SettingsDialog {...p} onClose={() => setOpen(false)} />}
    </>
  );
}

function SettingsDialog({ onClose, ...p }: SettingsProps & { onClose: () => void }) {
  const t = useStageText();
  return (
    <Dialog
      title={t('stage.settings_title')}
      onClose={onClose}
      actions={
        <Button kind="ghost" autofocus onClick={onClose}>
          {t('stage.close')}
        </Button>
      }
    >
      <CheckPanel {...p} level="h3" />
    </Dialog>
  );
}

/** The device check, as soon as it is here. */
export function CheckPanel(p: SettingsProps & { level: 'h2' | 'h3' | 'h4' }) {
  const t = useStageText();
  const { part, failed, again } = useLoaded(loadPanel, true);
  if (part) return <part.default {...p} lang={t.lang} />;
  return <Coming failed={failed} again={again} />;
}
