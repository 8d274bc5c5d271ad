// Read in by Electron before the app (`-r`): connects all hosts, then hides the window. Nothing else is attached to the app:
// a debugger has Chromium take the page for visible, and the page draws and asks on.
const { app, BrowserWindow } = require('electron');

const afterMs = 15_000;
const hideAfterMs = 60_000;

app.whenReady().then(() => {
  setTimeout(() => {
    const click = `[...document.querySelectorAll('button')].find((each) => each.textContent.trim() === 'Refresh all').click()`;
    // Without its hosts it would take nothing.
    BrowserWindow.getAllWindows()[0].webContents.executeJavaScript(click).catch(() => app.exit(1));
  }, afterMs);
  setTimeout(() => {
    for (const window of BrowserWindow.getAllWindows()) window.hide();
  }, hideAfterMs);
});
