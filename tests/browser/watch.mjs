// node watch.mjs URL SECONDS MODULES [STAGE]: opens the page of --serve in Debian's Chromium, watches it so long after the
// first picture, at most until the page says that the stream has ended, and prints what it saw as JSON; pictures of it to
// page.png and, of the video alone, video.png. Each state of the page goes to standard error when it is first seen. STAGE:
// "dark", "phone".
import { createRequire } from 'node:module';

const [url, seconds, modules, stage] = process.argv.slice(2);
const { chromium } = createRequire(modules + '/x.js')('playwright-core');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium', headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
});
const page = await browser.newPage({
  viewport: stage === 'phone' ? { width: 390, height: 780 } : { width: 1000, height: 800 },
  colorScheme: stage === 'dark' ? 'dark' : 'light',
});
const complaints = [], requests = [];
page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
page.on('pageerror', (error) => complaints.push(String(error)));
page.on('request', (request) => requests.push(request.url()));
await page.goto(url);

const look = () => page.evaluate(() => {
  const video = document.getElementById('video');
  const text = (id) => document.getElementById(id).textContent;
  return {
    time: video.currentTime, width: video.videoWidth, height: video.videoHeight, ready: video.readyState,
    badge: text('badge'), state: text('state'), delay: parseFloat(text('delay')), delay_name: text('delay-name'),
    dropped: text('dropped'), picture: text('picture'), wide: document.documentElement.scrollWidth > innerWidth,
  };
});
const end = Date.now() + 30000;
let first = await look();
while ((first.time === 0 || first.ready < 3) && Date.now() < end && Number(seconds) > 0) {
  await page.waitForTimeout(200);
  first = await look();
}
const delays = [], states = new Set();
for (let i = 0; i < Number(seconds) * 4; ++i) {
  await page.waitForTimeout(250);
  const seen = await look();
  if (!Number.isNaN(seen.delay)) delays.push(seen.delay);
  const state = seen.badge + ': ' + seen.state;
  if (!states.has(state)) console.error(state);
  states.add(state);
  if (seen.state === 'The stream has ended.') break;
}
if (Number(seconds) === 0) await page.waitForTimeout(3000);
const last = await look();
await page.screenshot({ path: 'page.png' });
await page.locator('#video').screenshot({ path: 'video.png' });
delays.sort((a, b) => a - b);
console.log(JSON.stringify({ first, last, advanced: last.time - first.time, delay: delays[delays.length >> 1],
  states: [...states], complaints, requests: requests.length, blocked: requests.filter((r) => r.includes('_HLS_msn')).length,
  skips: requests.filter((r) => r.includes('_HLS_skip')).length, parts: requests.filter((r) => /part\d/.test(r)).length }));
await browser.close();
