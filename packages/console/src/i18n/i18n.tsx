import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Formats, formats } from '../format/format.ts';
import { useRemembered } from '../ui/preferences.tsx';
import { en } from './en.ts';
import { type Language, preferredLanguage } from './language.ts';
import { type Dictionary, type Translate, translator } from './translate.ts';

interface I18n {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly t: Translate;
  readonly format: Formats;
}
const Context = createContext<I18n | null>(null);

export function useI18n(): I18n {
  const value = useContext(Context);
  if (value === null) throw new Error('useI18n outside of LanguageProvider');
  return value;
}

interface Loaded {
  readonly language: Language;
  readonly dictionary: Dictionary;
  readonly messages: I18nProviderProps.Messages;
}

async function load(language: Language): Promise<Loaded> {
  if (language === 'ko') {
    const [{ ko }, messages] = await Promise.all([import('./ko.ts'), import('@cloudscape-design/components/i18n/messages/all.ko')]);
    return { language, dictionary: ko, messages: messages.default };
  }
  const messages = await import('@cloudscape-design/components/i18n/messages/all.en');
  return { language, dictionary: en, messages: messages.default };
}

export function LanguageProvider({ wanted, children }: { wanted: readonly string[]; children: ReactNode }) {
  const [remembered, setRemembered] = useRemembered<string>('assay.language', '');
  const language: Language = remembered === 'ko' || remembered === 'en' ? remembered : preferredLanguage(wanted);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let current = true;
    load(language).then((value) => {
      if (current) setLoaded(value);
    });
    document.documentElement.lang = language;
    return () => {
      current = false;
    };
  }, [language]);
  const value = useMemo<I18n | null>(() => {
    if (loaded === null) return null;
    return {
      language: loaded.language,
      setLanguage: setRemembered,
      t: translator(loaded.dictionary, loaded.language),
      format: formats(loaded.language),
    };
  }, [loaded, setRemembered]);
  if (loaded === null || value === null) return null;
  return (
    <Context.Provider value={value}>
      <I18nProvider locale={loaded.language} messages={[loaded.messages]}>
        {children}
      </I18nProvider>
    </Context.Provider>
  );
}
