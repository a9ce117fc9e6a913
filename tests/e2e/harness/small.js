// Lets a page send little.
try {
  localStorage['tincan.height'] = '360';
  localStorage['tincan.frame-rate'] = '15';
} catch { /* Not a page that remembers. */ }
