"""Long connections: we dial the platform, and it tells us over the open line what is said to an application.

stream.py   what a platform's stream must know: where, how to hear a frame, when to ping; what it may do with a frame
keeper.py   keeps one connection: opens it, notices its death, opens the next, gives up when told
wire.py     one WebSocket, and where it may lead

A new platform: a class on `Stream` beside its callback, a row in `app/streams.py`, the server's side in `sandbox/streams/`.
"""
