// The least an Electron app can be: what Gantry's start and memory are compared with.
const { app, BrowserWindow } = require('electron');

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1440, height: 900 });
  return window.loadFile(`${__dirname}/index.html`);
});
app.on('window-all-closed', () => app.quit());
