// The kernel's header is for itself: ALSA's defines the same names.

#include "devices/alsa/requests.h"

#include <sys/ioctl.h>

#include <sound/asound.h>

namespace sl::alsa {

const std::vector<unsigned long>& requests() {
  static const std::vector<unsigned long> numbers{
      SNDRV_PCM_IOCTL_PVERSION,      SNDRV_PCM_IOCTL_INFO,          SNDRV_PCM_IOCTL_TTSTAMP,
      SNDRV_PCM_IOCTL_USER_PVERSION, SNDRV_PCM_IOCTL_HW_REFINE,     SNDRV_PCM_IOCTL_HW_PARAMS,
      SNDRV_PCM_IOCTL_HW_FREE,       SNDRV_PCM_IOCTL_SW_PARAMS,     SNDRV_PCM_IOCTL_STATUS,
      SNDRV_PCM_IOCTL_STATUS_EXT,    SNDRV_PCM_IOCTL_DELAY,         SNDRV_PCM_IOCTL_HWSYNC,
      SNDRV_PCM_IOCTL_SYNC_PTR,      SNDRV_PCM_IOCTL_CHANNEL_INFO,  SNDRV_PCM_IOCTL_PREPARE,
      SNDRV_PCM_IOCTL_RESET,         SNDRV_PCM_IOCTL_START,         SNDRV_PCM_IOCTL_DROP,
      SNDRV_PCM_IOCTL_DRAIN,         SNDRV_PCM_IOCTL_PAUSE,         SNDRV_PCM_IOCTL_REWIND,
      SNDRV_PCM_IOCTL_FORWARD,       SNDRV_PCM_IOCTL_RESUME,        SNDRV_PCM_IOCTL_XRUN,
      SNDRV_PCM_IOCTL_READI_FRAMES,  SNDRV_PCM_IOCTL_WRITEI_FRAMES, SNDRV_PCM_IOCTL_LINK,
      SNDRV_PCM_IOCTL_UNLINK,        SNDRV_TIMER_IOCTL_START,       SNDRV_TIMER_IOCTL_STOP,
      SNDRV_TIMER_IOCTL_CONTINUE,    SNDRV_TIMER_IOCTL_STATUS};
  return numbers;
}

}  // namespace sl::alsa
