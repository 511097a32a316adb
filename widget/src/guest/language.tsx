// German or English: an interpreter may speak neither of the authority's languages well, and chooses at any time.
import { signal } from '@preact/signals';
import { Button } from '../ui/button.tsx';
import { untilLoaded } from '../ui/until-loaded.ts';
import { keepLang } from './page.ts';
import { type GuestTexts, loadTexts, useT } from './texts.ts';

/** What the page is written in; undefined until it has been loaded. */
export const spoken = signal<GuestTexts | undefined>(undefined);

export async function speak(lang: string): Promise<void> {
  spoken.value = await untilLoaded(() => loadTexts(lang));
  document.documentElement.lang = spoken.value.lang;
}

/** Named in the language that it leads to. */
export function LanguageButton() {
  const t = useT();
  const [lang, name] = t.lang === 'de' ? ['en', 'English'] : ['de', 'Deutsch'];
  const choose = async () => {
    await speak(lang);
    keepLang(lang, history);
  };
  return (
    <Button kind="ghost" class="language" onClick={choose}>
      <span lang={lang}>{name}</span>
    </Button>
  );
}
