import { BrowserWindow, type Session, session } from 'electron';
import { appScheme } from '../app-origin';

const pageUrl = `${appScheme}://print/document.html`;
const printTimeoutMs = 60_000;

/** Chinese needs a font that has it; the names cover Linux, macOS and Windows. */
const footer = `<div style="width:100%;font:8px 'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;color:#666;
text-align:center"><span class="pageNumber"></span> / <span class="totalPages"></span></div>`;

let documents = 0;

/**
 * Prints a page in a hidden window that runs no script and reaches no network.
 * @throws when the page can't be loaded or printed within a minute
 */
export async function printPdf(html: string, { signal }: { signal?: AbortSignal }): Promise<Uint8Array<ArrayBuffer>> {
  documents += 1;
  const printSession = session.fromPartition(`print-${documents}`);
  serveOnly(printSession, html);
  const window = new BrowserWindow({
    show: false,
    width: 800,
    height: 1100,
    webPreferences: {
      session: printSession,
      sandbox: true,
      contextIsolation: true,
      javascript: false,
      webviewTag: false,
    },
  });
  const giveUp = AbortSignal.any([AbortSignal.timeout(printTimeoutMs), ...(signal ? [signal] : [])]);
  try {
    return await Promise.race([print(window), rejectWhen(giveUp)]);
  } finally {
    window.destroy();
    printSession.protocol.unhandle(appScheme);
  }
}

async function print(window: BrowserWindow): Promise<Uint8Array<ArrayBuffer>> {
  await window.loadURL(pageUrl);
  const pdf = await window.webContents.printToPDF({
    pageSize: 'A4',
    printBackground: true,
    generateTaggedPDF: true,
    generateDocumentOutline: true,
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: footer,
    margins: { top: 0.6, bottom: 0.7, left: 0.6, right: 0.6 },
  });
  return new Uint8Array(pdf);
}

/** Answers the document's own address and cancels every other request, whatever the document asks for. */
function serveOnly(printSession: Session, html: string): void {
  printSession.protocol.handle(
    appScheme,
    () => new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
  );
  printSession.webRequest.onBeforeRequest(({ url }, callback) =>
    callback({ cancel: url !== pageUrl && !url.startsWith('data:') }),
  );
  printSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
}

function rejectWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
