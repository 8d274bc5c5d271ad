import { useMemo } from 'react';
import type { Language } from '#shared/domain/text';
import { useWords } from '../app/i18n';

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export interface Formatters {
  number: (value: number, maximumFractionDigits?: number) => string;
  percent: (value: number) => string;
  /** Binary units, three significant digits: `79.6 GiB`. */
  bytes: (bytes: number) => string;
  /** From nanosecond-like fractions to days, at most two units: `3 d 4 h`, `1.2 s`, `40 ms`. */
  duration: (ms: number) => string;
  /** Clock time today, with the date when it is another day. */
  time: (atMs: number, nowMs?: number) => string;
  dateTime: (atMs: number) => string;
  /** `5 min ago`. */
  ago: (atMs: number, nowMs?: number) => string;
}

const cache = new Map<Language, Formatters>();

export function formatters(language: Language): Formatters {
  const known = cache.get(language);
  if (known) return known;
  const made = createFormatters(language);
  cache.set(language, made);
  return made;
}

export function useFormat(): Formatters {
  const { language } = useWords();
  return useMemo(() => formatters(language), [language]);
}

/** Made when first needed: each takes milliseconds to make, and the first screen needs few of them. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Chinese is set with a space between a number and the word after it, everywhere in the window. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=\p{Script=Han})/gu, '$1\u00a0');
}

function createFormatters(language: Language): Formatters {
  // Swedish writes ISO dates (2026-11-22), which nobody reads as another day whatever the language.
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false } as const;
  const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const time = once(() => new Intl.DateTimeFormat('sv-SE', clock));
  const dateTime = once(() => new Intl.DateTimeFormat('sv-SE', { ...date, ...clock }));
  const day = once(() => new Intl.DateTimeFormat('sv-SE', date));
  const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }));
  const numbers = new Map<number, Intl.NumberFormat>();
  const number = (value: number, maximumFractionDigits = 1): string => {
    let format = numbers.get(maximumFractionDigits);
    if (!format) {
      format = new Intl.NumberFormat(language, { maximumFractionDigits });
      numbers.set(maximumFractionDigits, format);
    }
    return format.format(value);
  };
  const unit = (value: number, name: Intl.NumberFormatOptions['unit']) =>
    spaced(new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value));

  return {
    number,
    percent: (value) => `${number(value, 0)}%`,
    bytes(bytes) {
      let value = bytes;
      let index = 0;
      while (Math.abs(value) >= 1024 && index < byteUnits.length - 1) {
        value /= 1024;
        index += 1;
      }
      const digits = index === 0 || Math.abs(value) >= 100 ? 0 : 1;
      return `${number(value, digits)}\u00a0${byteUnits[index]}`;
    },
    duration(ms) {
      if (ms < 1000) return `${number(ms, ms < 10 ? 1 : 0)}\u00a0ms`;
      if (ms < 60_000) return `${number(ms / 1000, ms < 10_000 ? 1 : 0)}\u00a0s`;
      const minutes = Math.floor(ms / 60_000);
      if (minutes < 60) return unit(minutes, 'minute');
      const hours = Math.floor(minutes / 60);
      if (hours < 48) return `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}`;
      return `${unit(Math.floor(hours / 24), 'day')} ${unit(hours % 24, 'hour')}`;
    },
    time(atMs, nowMs = Date.now()) {
      const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
      return isToday ? time().format(atMs) : `${day().format(atMs)} ${time().format(atMs)}`;
    },
    dateTime: (atMs) => dateTime().format(atMs),
    ago(atMs, nowMs = Date.now()) {
      const seconds = Math.round((atMs - nowMs) / 1000);
      const size = Math.abs(seconds);
      if (size < 60) return spaced(relative().format(seconds, 'second'));
      if (size < 3600) return spaced(relative().format(Math.round(seconds / 60), 'minute'));
      if (size < 86_400) return spaced(relative().format(Math.round(seconds / 3600), 'hour'));
      return spaced(relative().format(Math.round(seconds / 86_400), 'day'));
    },
  };
}
