// node play.mjs URL SECONDS MODULES [SHOTS]: plays the page of --serve in Debian's Chromium, and tells as JSON, at the end or
// at SIGTERM: how the time of the video went on, what hls.js complained of, what was asked for and which answers were no
// success, and, of so many screenshots of the video (shot-N.png; they begin when it has settled), what the clock said before
// and after each. Moments are seconds since 1970.
import { createRequire } from 'node:module';

const [url, seconds, modules, shots = '0'] = process.argv.slice(2);
const { chromium } = createRequire(modules + '/x.js')('playwright-core');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium', headless: true, handleSIGTERM: false,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
});
const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
const now = () => Date.now() / 1000, start = now();
const refused = [], said = [], looks = [], pictures = [], requests = [];
page.on('response', (answer) => { if (answer.status() >= 400) refused.push([now(), answer.status(), answer.url()]); });
page.on('requestfinished', (request) => {
  const { responseEnd } = request.timing();
  requests.push([now() - responseEnd / 1000, now(), new URL(request.url()).pathname + new URL(request.url()).search]);
});
page.on('pageerror', (error) => said.push([now(), 'page', true, String(error)]));
await page.exposeFunction('tell', (...words) => { said.push([now(), ...words]); });
// The page makes a player anew where one has failed: each is listened to.
await page.addInitScript(() => {
  let player = null;
  Object.defineProperty(window, 'hls', {
    configurable: true,
    get: () => player,
    set: (made) => {
      player = made;
      made.on(Hls.Events.ERROR, (_, data) => tell(data.type, data.fatal, data.details
        + (data.response ? ' ' + data.response.code : '') + (data.error ? ' ' + data.error.message : '')));
    },
  });
});
await page.goto(url);

const look = () => page.evaluate(() => {
  const video = document.getElementById('video');
  const quality = video.getVideoPlaybackQuality();
  return {
    time: video.currentTime, end: video.seekable.length ? video.seekable.end(video.seekable.length - 1) : 0,
    ready: video.readyState, shown: quality.totalVideoFrames, dropped: quality.droppedVideoFrames,
    state: document.getElementById('badge').textContent, delay: parseFloat(document.getElementById('delay').textContent),
  };
});
let stopped = false;
process.on('SIGTERM', () => { stopped = true; });
// Screenshots begin when the player has settled.
const settled = Math.min(20, Number(seconds) / 2), step = (Number(seconds) - settled) / Number(shots);
while (!stopped && now() - start < Number(seconds)) {
  looks.push([now(), await look()]);
  if (pictures.length < Number(shots) && now() - start > settled + step * pictures.length) {
    const box = await page.locator('#video').boundingBox();
    const before = now();
    const picture = await page.screenshot({ path: `shot-${pictures.length}.png`, clip: box });
    pictures.push({ before, after: now(), bytes: picture.length });
  }
  await page.waitForTimeout(200);
}
console.log(JSON.stringify({ looks, said, refused, pictures, requests }));
await browser.close();
