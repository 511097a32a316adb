// The languages of signing in and of the own account.
import de from '../../locale/account.de.json';
import en from '../../locale/account.en.json';
import accountsDe from '../../locale/account.errors.de.json';
import accountsEn from '../../locale/account.errors.en.json';
import errorsDe from '../../locale/errors.de.json';
import errorsEn from '../../locale/errors.en.json';
import { createTexts, type Texts } from '../../ui/texts.tsx';

export type Key = keyof typeof de | keyof typeof accountsDe;
export type Say = Texts<Key>;

export function accountTexts(lang: string): Say {
  return createTexts<Key>(
    lang,
    lang === 'en' ? { ...errorsEn, ...accountsEn, ...en } : { ...errorsDe, ...accountsDe, ...de },
  );
}
