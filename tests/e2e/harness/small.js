// Makes a page send small video.
try {
  localStorage['tincan.height'] = '360';
  localStorage['tincan.frame-rate'] = '15';
} catch { /* Not a page that remembers. */ }
