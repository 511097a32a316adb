// The controls of a conversation: large, with words, and the way out asks first.
import { useState } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { FullButton, StageButtons } from '../stage/buttons.tsx';
import { PanelButtons } from '../stage/panel-buttons.tsx';
import { SettingsButton } from '../stage/settings.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useApp } from './context.ts';
import { Phone } from './phone.tsx';
import { useT } from './texts.ts';

export function Bar({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const [leaving, setLeaving] = useState(false);

  return (
    <div class="bar">
      <StageButtons />
      <PanelButtons />
      <SettingsButton
        devices={app.devices}
        ask={(sdp) => app.ticket.probe(sdp)}
        conversation={app.talk.conversation.value ?? undefined}
      />
      <FullButton />
      <Phone ticket={ticket} short />
      <Button kind="danger" icon="hang-up" onClick={() => setLeaving(true)}>
        {t('conv.leave')}
      </Button>
      {leaving && (
        <Dialog
          title={t('conv.leave_title')}
          onClose={() => setLeaving(false)}
          actions={
            <>
              <Button kind="ghost" autofocus onClick={() => setLeaving(false)}>
                {t('conv.stay')}
              </Button>
              <Button kind="danger" onClick={() => app.leaveConversation()}>
                {t('conv.leave')}
              </Button>
            </>
          }
        >
          <p>{t('conv.leave_text')}</p>
        </Dialog>
      )}
    </div>
  );
}
