#!/usr/bin/env python3
"""low_latency.py SECONDS: a live film by ffmpeg (blue left, red right) as low-latency HLS in dir/: parts of 0.4 s, five a
segment, that appear by rename. The time in the playlist is that at which a part was ready, less its length."""
import datetime, os, subprocess, sys, time

PART, PARTS, WINDOW = 0.4, 5, 20
os.makedirs('raw', exist_ok=True)
picture = 'color=c=0x2060C0:s=640x360:r=25,drawbox=x=320:w=320:h=360:c=0xC04020:t=fill'
encoder = subprocess.Popen(
    ['ffmpeg', '-v', 'error', '-re', '-f', 'lavfi', '-i', picture, '-t', sys.argv[1],
     '-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p', '-colorspace', 'bt709', '-color_primaries', 'bt709',
     '-color_trc', 'bt709', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10', '-keyint_min', '10',
     '-f', 'hls', '-hls_time', str(PART), '-hls_list_size', '0', '-hls_segment_type', 'fmp4', '-hls_flags', 'temp_file',
     '-hls_segment_filename', 'raw/%d.m4s', 'raw/out.m3u8'])


def write(name, data):
    with open('dir/.' + name, 'wb') as file:
        file.write(data)
    os.rename('dir/.' + name, 'dir/' + name)


def playlist(done, starts, ended):
    """After `done` parts."""
    full = done // PARTS
    first = max(0, full - WINDOW)
    lines = ['#EXTM3U', '#EXT-X-VERSION:9', '#EXT-X-TARGETDURATION:2', f'#EXT-X-PART-INF:PART-TARGET={PART}',
             '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,PART-HOLD-BACK=1.2', f'#EXT-X-MEDIA-SEQUENCE:{first}',
             '#EXT-X-MAP:URI="init.mp4"']
    for segment in range(first, full + 1):
        date = datetime.datetime.fromtimestamp(starts[segment * PARTS], datetime.timezone.utc) if segment * PARTS < done else None
        if date:
            lines.append('#EXT-X-PROGRAM-DATE-TIME:' + date.isoformat(timespec='milliseconds'))
        if segment >= full - 3:
            lines += [f'#EXT-X-PART:DURATION={PART},URI="part{n}.m4s",INDEPENDENT=YES'
                      for n in range(segment * PARTS, min(done, segment * PARTS + PARTS))]
        if segment < full:
            lines += [f'#EXTINF:{PART * PARTS},', f'seg{segment}.m4s']
    lines.append('#EXT-X-ENDLIST' if ended else f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part{done}.m4s"')
    write('media.m3u8', '\n'.join(lines + ['']).encode())


starts, parts, running = [], [], True
while running:
    running = encoder.poll() is None
    while os.path.exists(f'raw/{len(parts)}.m4s'):
        number = len(parts)
        if number == 0:
            while not os.path.exists('raw/init.mp4') or os.path.getsize('raw/init.mp4') == 0:
                time.sleep(0.01)
            write('init.mp4', open('raw/init.mp4', 'rb').read())
        starts.append(time.time() - PART)
        parts.append(open(f'raw/{number}.m4s', 'rb').read())
        write(f'part{number}.m4s', parts[-1])
        if (number + 1) % PARTS == 0:
            write(f'seg{number // PARTS}.m4s', b''.join(parts[-PARTS:]))
        playlist(number + 1, starts, False)
        if number == 3:
            write('index.m3u8', b'#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="avc1.42c01e",RESOLUTION=640x360\nmedia.m3u8\n')
    time.sleep(0.01)
playlist(len(parts), starts, True)
