// The button that shows the own screen. Who needs leave asks first.
import { Button } from '../ui/button.tsx';
import { useStage } from './context.ts';
import { free } from './sharing.ts';
import { useStageText } from './texts.ts';

/** Phones cannot show their screen, and a page may forbid it: then there is no button. */
export function ScreenButton() {
  const t = useStageText();
  const { conversation } = useStage();
  const own = conversation?.own.value;
  if (!conversation?.sharing.canScreen || !own) return null;
  if (conversation.sharing.kind.value === 'screen') {
    return (
      <Button icon="screen" kind="primary" class="on" onClick={() => conversation.sharing.stop()}>
        {t('stage.stop')}
      </Button>
    );
  }
  const waits = own.screen_leave === 'asked';
  const show = () => (free(own) ? conversation.sharing.screen() : conversation.askScreen());
  return (
    <Button icon="screen" kind="ghost" class="off" reason={waits ? t('stage.waits') : undefined} onClick={show}>
      {t('stage.show_screen')}
    </Button>
  );
}
