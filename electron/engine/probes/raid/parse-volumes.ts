import type { RaidFacts } from '#shared/domain/facts/storage';
import { integerOf, isObject, linesOf, readJson, textOf } from '../lib/lines';
import { numberOf, sizeOf } from './sizes';

/** Reads `lvs --reportformat json --units b --nosuffix`. Null: not that. */
export function parseLvs(text: string): RaidFacts['volumes'] | null {
  const document = text.trimStart().startsWith('{') ? readJson(text) : undefined;
  if (!isObject(document) || !Array.isArray(document.report)) return null;
  const rows = document.report.flatMap((part: unknown) => (isObject(part) && Array.isArray(part.lv) ? part.lv : []));
  return rows.filter(isObject).map((row) => ({
    group: textOf(row.vg_name) ?? '',
    name: textOf(row.lv_name) ?? '',
    sizeBytes: integerOf((textOf(row.lv_size) ?? '').replace(/B$/, '')),
    attributes: textOf(row.lv_attr),
    dataPercent: numberOf(textOf(row.data_percent) ?? undefined),
    metadataPercent: numberOf(textOf(row.metadata_percent) ?? undefined),
  }));
}

/**
 * Reads `multipath -ll`, also of RHEL 5 and with the messages of -v4 around. Null: no map in it.
 *   mpathg (36f01faf000da360b0000033c528fea6d) dm-2 DELL,MD36xxi
 *   size=54T features='3 queue_if_no_path' hwhandler='1 rdac' wp=rw
 *   | |- 12:0:0:1 sdc 8:32   active ready running
 *    \_ 5:0:1:7 sdaa 65:160 [active][ready]
 */
export function parseMultipath(text: string): RaidFacts['multipaths'] | null {
  const maps: RaidFacts['multipaths'] = [];
  for (const line of linesOf(text)) {
    const head = /^(?:\w+: )?([\w.-][^(|]{0,120}?) ?(?:\(([^)]{1,120})\) ?)?(dm-\d{1,5}) +(\S.{0,120})$/.exec(line);
    if (head && !/^(===|size|uuid)/.test(line)) {
      const [, name = '', wwid, device = '', product = ''] = head;
      const trimmed = name.trim();
      maps.push({ name: trimmed, wwid: wwid ?? trimmed, device, product: product.trim(), sizeBytes: null, paths: [] });
      continue;
    }
    const last = maps.at(-1);
    if (!last) continue;
    const size = /^\[?size=(\S{1,20}?)[\] ]/.exec(line);
    if (size) last.sizeBytes = sizeOf(size[1]);
    const path =
      /^[ |`\\_+-]{1,12}(\d{1,5}:\d{1,5}:\d{1,5}:\d{1,10}|#:#:#:#) (\S{1,20}) +\S{1,12} +\[?([a-z]{1,20})\]? ?\[?([a-z]{1,20})\]?/.exec(
        line,
      );
    if (path) {
      const [, address = '', name = '', mapState = '', check = ''] = path;
      last.paths.push({
        name,
        address,
        state: `${mapState} ${check}`,
        isUsable: mapState === 'active' && check === 'ready',
      });
    }
  }
  return maps.length > 0 ? maps : null;
}
