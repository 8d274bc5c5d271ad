import { type SiteAddressName, type SiteSettings, siteAddressNames } from '#shared/domain/site';

/** As it is typed; empty: not set. */
export interface SiteDraft {
  readonly http: string;
  readonly https: string;
  /** Commas between. */
  readonly noProxy: string;
  readonly caPem: string;
  readonly addresses: Readonly<Partial<Record<SiteAddressName, string>>>;
}

export function draftOf({ proxy, caPem, addresses }: SiteSettings): SiteDraft {
  const { http, https, noProxy } = proxy;
  return { http: http ?? '', https: https ?? '', noProxy: noProxy.join(', '), caPem: caPem ?? '', addresses };
}

/** What would be saved; whether it makes sense says the engine. */
export function settingsOf({ http, https, noProxy, caPem, addresses }: SiteDraft): SiteSettings {
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  return {
    addresses: Object.fromEntries(
      siteAddressNames.flatMap((name) => {
        const text = addresses[name]?.trim() ?? '';
        return text === '' ? [] : [[name, text]];
      }),
    ),
    proxy: {
      http: orNull(http),
      https: orNull(https),
      noProxy: noProxy.split(/[\s,]+/).filter((one) => one !== ''),
    },
    caPem: orNull(caPem),
  };
}
