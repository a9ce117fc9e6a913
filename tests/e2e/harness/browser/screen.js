// Runs in every page of Firefox before the probe. A headless Firefox has no screen to share, but
// reports that only after all other checks. Then a canvas with the content of the slides is shared
// instead.
(() => {
  const original = window.MediaDevices?.prototype.getDisplayMedia;
  // Insecure pages have no devices.
  if (!original) return;

  const share = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 720];
    const context = canvas.getContext('2d');
    let turn = 0;
    const draw = () => {
      turn = 1 - turn;
      context.fillStyle = 'rgb(0, 0, 200)';
      context.fillRect(0, 0, canvas.width / 2, canvas.height);
      context.fillStyle = turn ? 'rgb(200, 200, 0)' : 'rgb(200, 0, 0)';
      context.fillRect(canvas.width / 2, 0, canvas.width / 2, canvas.height);
    };
    draw();
    const stream = canvas.captureStream();
    const [track] = stream.getTracks();
    const timer = setInterval(() => (track.readyState === 'live' ? draw() : clearInterval(timer)), 200);
    return stream;
  };

  MediaDevices.prototype.getDisplayMedia = async function (...args) {
    try {
      return await original.apply(this, args);
    } catch (error) {
      if (error.name !== 'NotFoundError') throw error;
      return share();
    }
  };
})();
