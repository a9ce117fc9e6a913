// Runs in every page of Firefox before the probe. Without a window Firefox finds no screen to share,
// and says so only when it has nothing else to object. Then a canvas is shared that shows what the
// slides show.
(() => {
  const original = window.MediaDevices?.prototype.getDisplayMedia;
  // Pages that are not secure have no devices.
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
