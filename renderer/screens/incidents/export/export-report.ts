import type { ReportOptions } from '#shared/contract/incidents';
import type { EngineClient } from '#shared/contract/index';
import type { NativeClient } from '#shared/contract/native';
import type { ReportFormat } from '#shared/domain/incident';

const extensions: Record<ReportFormat, string> = { pdf: 'pdf', html: 'html', markdown: 'md', zip: 'zip' };

/**
 * Renders a report and lets the user save it. A PDF is the HTML, printed by the main process.
 * @returns the path it was saved to; null when the user chose no place
 */
export async function exportReport(
  { engine, native }: { engine: EngineClient; native: NativeClient },
  format: ReportFormat,
  options: ReportOptions,
  signal: AbortSignal,
): Promise<string | null> {
  const page = async () => {
    const { bytes } = await engine.reports.render({ ...options, format: 'html' }, { signal });
    return (await native.pdf.print({ html: new TextDecoder().decode(bytes) }, { signal })).bytes;
  };
  const rendered =
    format === 'zip'
      ? await engine.reports.render({ ...options, format, pdf: await page() }, { signal })
      : await engine.reports.render({ ...options, format: format === 'pdf' ? 'html' : format }, { signal });
  const extension = extensions[format];
  const suggestedName = `${rendered.fileName.replace(/\.[^.]*$/, '')}.${extension}`;
  const content =
    format === 'pdf'
      ? (await native.pdf.print({ html: new TextDecoder().decode(rendered.bytes) }, { signal })).bytes
      : rendered.bytes;
  signal.throwIfAborted();
  const saved = await native.dialog.saveFile({
    suggestedName,
    content,
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
  });
  return saved?.path ?? null;
}
