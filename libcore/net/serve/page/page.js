// The player of --serve: hls.js if the browser has Media Source, else the browser's own player. Shows state and errors.
'use strict';

const at = (id) => document.getElementById(id);
const video = at('video');
const token = new URLSearchParams(location.search).get('token');
const source = 'index.m3u8' + (token ? '?token=' + encodeURIComponent(token) : '');
let hls = null, is_live = true, was_live = false, moved = { time: -1, when: performance.now() }, trouble = '', is_near = false;

function say(state, message) {
  const names = { live: 'Live', film: 'Film', ended: 'Ended', waiting: 'Waiting', trouble: 'Trouble' };
  at('badge').dataset.state = state;
  if (at('badge').textContent !== names[state]) at('badge').textContent = names[state];
  if (at('state').textContent !== message) at('state').textContent = message;
}

// ---- Error messages ----

function message_for(data) {
  const code = data.response && data.response.code;
  if (code === 401) return 'The token is not valid any more. Load the page again.';
  if (code === 404 && data.details.startsWith('manifest')) return 'There is no index.m3u8 yet: the stream has not begun, or a film is not complete.';
  if (code === 404) return 'A segment of the playlist is missing (404).';
  if (code === 503) return 'Nothing new: the source has stopped, or is late.';
  if (code === 0 || /Timeout|LoadError/.test(data.details)) return 'The server does not answer.';
  if (/Codec/.test(data.details)) return 'This browser cannot decode this stream' + codec_list() + '.';
  if (/Parsing/.test(data.details)) return 'The stream is damaged: ' + (data.reason || data.details) + '.';
  return data.details + (data.error ? ': ' + data.error.message : '');
}

function codec_list() {
  const levels = hls && hls.levels && hls.levels.length ? hls.levels : [];
  const names = [...new Set(levels.flatMap((level) => [level.videoCodec, level.audioCodec]).filter(Boolean))];
  return names.length ? ' (' + names.join(', ') + ')' : '';
}

// ---- hls.js ----

function start_hls() {
  is_near = false;
  hls = new Hls({
    backBufferLength: 30, maxLiveSyncPlaybackRate: 1.25, lowLatencyMode: true,
    // A recreated folder uses the same names; the server answers quickly whether a file is unchanged.
    xhrSetup: (request) => request.setRequestHeader('Cache-Control', 'no-cache'),
  });
  window.hls = hls;
  hls.on(Hls.Events.MANIFEST_PARSED, () => { trouble = ''; list_qualities(); play(); });
  hls.on(Hls.Events.LEVEL_LOADED, (_, data) => {
    is_live = data.details.live;
    // hls.js stays three target durations from the end; 2.5 are enough if segments are short.
    const { partTarget, targetduration } = data.details;
    if (is_live && !partTarget && targetduration <= 4 && !is_near) hls.targetLatency = 2.5 * targetduration;
    is_near = true;
    if (data.details.fragments.length) trouble = '';
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => { trouble = ''; });
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (!data.fatal && data.type !== Hls.ErrorTypes.NETWORK_ERROR) return;
    trouble = message_for(data);
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !/Codec/.test(data.details)) {
      hls.recoverMediaError();
    } else if (!/Codec/.test(data.details)) {
      // From the start: the stream may have been recreated.
      hls.destroy();
      setTimeout(start_hls, 2000);
    }
  });
  hls.loadSource(source);
  hls.attachMedia(video);
}

function list_qualities() {
  const list = at('quality');
  list.replaceChildren(new Option('Automatic', -1));
  hls.levels.forEach((level, index) => {
    const size = level.height ? level.width + ' × ' + level.height : 'Sound';
    list.add(new Option(size + ', ' + (level.bitrate / 1e6).toFixed(1) + ' Mbit/s', index));
  });
  at('quality-label').hidden = hls.levels.length < 2;
  list.onchange = () => { hls.nextLevel = Number(list.value); };
}

// ---- The browser's own player ----

function start_native() {
  video.src = source;
  video.onerror = () => {
    trouble = 'The stream cannot be played: ' + ((video.error && video.error.message) || 'the browser gives no reason') + '.';
    setTimeout(() => { video.src = source; play(); }, 2000);
  };
  video.ondurationchange = () => { is_live = !Number.isFinite(video.duration); };
  video.onplaying = () => { trouble = ''; };
  play();
}

// ---- Controls ----

function play() {
  video.play().catch(() => { if (!trouble) trouble = 'The browser waits for a click before it plays.'; });
}

function go_live() {
  const end = video.seekable.length ? video.seekable.end(video.seekable.length - 1) : 0;
  video.currentTime = (hls && hls.liveSyncPosition) || Math.max(0, end - 3);
  play();
}

const keys = {
  ' ': () => (video.paused ? play() : video.pause()),
  k: () => (video.paused ? play() : video.pause()),
  ArrowLeft: () => { video.currentTime -= 5; },
  ArrowRight: () => { video.currentTime += 5; },
  l: go_live,
  m: () => { video.muted = !video.muted; },
  f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen()),
};
document.addEventListener('keydown', (event) => {
  const is_elsewhere = /^(BUTTON|SELECT|VIDEO|A)$/.test(document.activeElement.tagName);
  if (is_elsewhere || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
at('live').onclick = go_live;
at('sound').onclick = () => { video.muted = false; };

// ---- State ----

// Seconds from the capture of the shown picture to now, if the stream has capture times; else from the newest segment.
function delay() {
  let shown = hls ? hls.playingDate : null;
  if (!hls && video.getStartDate && !Number.isNaN(video.getStartDate().getTime())) {
    shown = new Date(video.getStartDate().getTime() + video.currentTime * 1000);
  }
  const seconds = shown ? (Date.now() - shown) / 1000 : NaN;
  if (seconds > -1 && seconds < 3600) return { name: 'Delay from capture', seconds: Math.max(0, seconds) };
  return { name: 'Behind live', seconds: hls ? hls.latency : NaN };
}

function ahead() {
  for (let i = 0; i < video.buffered.length; ++i) {
    if (video.buffered.start(i) <= video.currentTime + 0.1 && video.currentTime <= video.buffered.end(i)) {
      return video.buffered.end(i) - video.currentTime;
    }
  }
  return 0;
}

function update() {
  const now = performance.now();
  if (video.currentTime !== moved.time || video.paused) moved = { time: video.currentTime, when: now };
  const still = (now - moved.when) / 1000;
  const is_shown = video.readyState > 1;
  const { name, seconds } = is_shown ? delay() : { name: 'Delay', seconds: NaN };
  at('delay-name').textContent = is_live ? name : 'Position';
  at('delay').textContent = !is_live && is_shown ? video.currentTime.toFixed(0) + ' of ' + video.duration.toFixed(0) + ' s'
    : Number.isFinite(seconds) ? seconds.toFixed(1) + ' s' : '–';
  at('picture').textContent = video.videoWidth ? video.videoWidth + ' × ' + video.videoHeight : '–';
  const quality = video.getVideoPlaybackQuality ? video.getVideoPlaybackQuality() : null;
  at('dropped').textContent = quality ? quality.droppedVideoFrames + ' of ' + quality.totalVideoFrames : '–';
  at('ahead').textContent = is_shown ? ahead().toFixed(1) + ' s' : '–';
  at('live').hidden = !is_live || !(hls && hls.latency > hls.targetLatency + 3);
  at('sound').hidden = !video.muted || !(video.webkitAudioDecodedByteCount > 0 || video.mozHasAudio);
  was_live = was_live || (is_live && is_shown);
  const has_ended = was_live && !is_live;
  if (trouble && (still > 1 || video.readyState < 3)) say('trouble', trouble);
  else if (video.ended) say(has_ended ? 'ended' : 'film', has_ended ? 'The stream has ended.' : 'The end.');
  else if (video.paused && video.readyState > 1) say('waiting', 'Paused.');
  else if (video.readyState < 2) say('waiting', 'Looking for the stream.');
  else if (still > 2) say('waiting', 'Nothing new has come for ' + still.toFixed(0) + ' s.');
  else if (has_ended) say('ended', 'The stream has ended; playing the rest.');
  else say(is_live ? 'live' : 'film', is_live ? 'Playing live.' : 'Playing.');
}

if (window.Hls && Hls.isSupported()) start_hls();
else if (video.canPlayType('application/vnd.apple.mpegurl')) start_native();
else {
  trouble = window.Hls ? 'This browser has no Media Source, so it cannot play the stream.'
    : 'The player (hls.js) is missing in this installation, and this browser cannot play HLS itself.';
}
setInterval(update, 250);
