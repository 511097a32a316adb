// The switches of the panels: beside the main controls, as EN 301 549 7.3 wants it for captions.
import { Button } from '../ui/button.tsx';
import { captionsOn, textOpen, textUnread } from './panels.ts';
import { useStageText } from './texts.ts';

export function PanelButtons() {
  const t = useStageText();
  return (
    <>
      <Button
        kind={textOpen.value ? 'primary' : 'ghost'}
        icon="text"
        pressed={textOpen.value}
        class={textOpen.value ? 'panel-text on' : 'panel-text off'}
        onClick={() => {
          textOpen.value = !textOpen.peek();
        }}
      >
        {t(textUnread.value ? 'stage.text_unread' : 'stage.text')}
      </Button>
      <Button
        kind={captionsOn.value ? 'primary' : 'ghost'}
        icon="captions"
        pressed={captionsOn.value}
        class={captionsOn.value ? 'on' : 'off'}
        onClick={() => {
          captionsOn.value = !captionsOn.peek();
        }}
      >
        {t('stage.captions')}
      </Button>
    </>
  );
}
