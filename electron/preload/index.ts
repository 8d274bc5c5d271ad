import { ipcRenderer } from 'electron';

// The page asks for its ports (again after each reload), main sends them, and this file only passes them across the
// context border. Ports can't cross contextBridge, hence window.postMessage; the page checks that it came from itself.
window.addEventListener('message', (event) => {
  if (event.source === window && event.data?.kind === 'gantry:ports-wanted') ipcRenderer.send('gantry:ports-wanted');
});

ipcRenderer.on('gantry:port', (event, to: unknown) => {
  window.postMessage({ kind: 'gantry:port', to }, window.location.origin, event.ports);
});
