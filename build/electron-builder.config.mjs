import { rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Fuses of a package: nothing runs the binary as plain Node, and it loads our archive alone.
 * @param {{ isRelease: boolean }} options a release also closes the inspector, through which Playwright drives the
 *   unpacked folder in the end-to-end tests
 * @returns {import('electron-builder').Configuration['electronFuses']}
 */
export function fusesFor({ isRelease }) {
  return {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: !isRelease,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  };
}

/**
 * @param {{ electron: import('./setup/official-electron.mjs').ElectronRuntime, isRelease: boolean }} options
 * @returns {import('electron-builder').Configuration}
 */
export function builderConfig({ electron, isRelease }) {
  return {
    appId: 'invalid.gantry.app',
    productName: 'Gantry',
    copyright: 'Gantry',
    directories: { output: 'dist', buildResources: 'build/icons' },
    // ssh2 does without these (sources of an optional native part), and the runtime is never musl.
    files: [
      'out/**',
      'package.json',
      '!**/node_modules/{cpu-features,buildcheck,nan}/**',
      '!**/node_modules/@libsql/*-musl/**',
      '!**/node_modules/ssh2/lib/protocol/crypto/build/**',
    ],
    asar: true,
    // libsql's native module has to be a file of its own.
    asarUnpack: ['**/*.node'],
    icon: 'build/icons/icon.png',
    electronDist: electron.distDir,
    electronVersion: electron.version,
    electronFuses: fusesFor({ isRelease }),
    // Nothing is compiled: the native modules come prebuilt in their packages.
    npmRebuild: false,
    electronLanguages: ['en-US', 'zh-CN'],
    publish: null,
    // The registry runtime's launcher is for development only.
    afterExtract: ({ appOutDir }) => rm(path.join(appOutDir, 'resources', 'app'), { recursive: true, force: true }),
    linux: {
      executableName: 'gantry',
      syncDesktopName: true,
      category: 'System;Monitor',
      synopsis: 'Control centre for GPU nodes',
      maintainer: 'Gantry <gantry@gantry.invalid>',
      target: ['AppImage', 'deb'],
    },
    deb: {
      depends: [
        'libgtk-3-0 | libgtk-3-0t64',
        'libnss3',
        'libasound2 | libasound2t64',
        'libgbm1',
        'libxss1',
        'libnotify4',
        'libsecret-1-0',
      ],
      recommends: ['openssh-client', 'fonts-noto-cjk'],
    },
    win: { target: ['nsis'] },
    nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
    mac: { category: 'public.app-category.developer-tools', target: ['dmg', 'zip'], hardenedRuntime: true },
  };
}
