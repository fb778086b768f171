"""The review's web application: static files, pictures, and the requests of `api`."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from digitocr.errors import DigitocrError
from digitocr.review import PAGE_FOLDER
from digitocr.review.adding import Adder
from digitocr.review.api import Api, JsonObject, parsed
from digitocr.review.checks import Checks
from digitocr.review.pictures import PictureCache
from digitocr.review.security import Access, Guard, entered, sign_in
from digitocr.store.store import Store

BODY_MAX = 1 << 20
PASSWORD_MAX = 1 << 12
_KEPT = {"Cache-Control": "private, max-age=3600"}  # a picture does not change under its number
Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(store: Store, access: Access) -> Starlette:
    """The application on one store, for those whom `access` lets in."""
    pictures = PictureCache(store)
    api = Api(store, Checks(store), Adder(store, pictures))
    asked = {
        "overview": api.overview,
        "take": api.take,
        "reasons": api.reasons,
        "enter": api.enter,
        "edit": api.edit,
        "undo": api.undo,
        "release": api.release,
        "check": api.check,
        "classes": api.classes,
        "group": api.group,
        "confirm": api.confirm,
        "undo-confirm": api.undo_confirm,
        "pages": api.pages,
        "page": api.page,
        "add": api.add,
        "turn": api.turn,
    }
    return Starlette(
        routes=[
            Route("/", _index),
            Route("/sign-in", _sign_in(access), methods=["POST"]),
            *(Route(f"/api/{name}", _answers(ask), methods=["POST"]) for name, ask in asked.items()),
            Route("/picture/crop/{id:int}.jpg", _picture(lambda q: pictures.crop(q["id"]))),
            Route("/picture/digit/{id:int}/{n:int}.jpg", _picture(lambda q: pictures.digit(q["id"], q["n"]))),
            Route("/picture/page/{id:int}.jpg", _picture(lambda q: pictures.page(q["id"]))),
            Mount("/page", StaticFiles(directory=PAGE_FOLDER)),
        ],
        middleware=[Middleware(Guard, access=access)],
    )


async def _index(_: Request) -> Response:
    return FileResponse(PAGE_FOLDER / "index.html")


def _sign_in(access: Access) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = parse_qs((await request.body())[:PASSWORD_MAX].decode("utf-8", "replace"))
        given = form.get("password", [""])[0]
        if await run_in_threadpool(access.accepts, given):
            return entered(access)
        return sign_in("That is not the password.")

    return endpoint


def _answers(ask: Callable[[JsonObject], JsonObject]) -> Endpoint:
    """A request with a JSON object, answered by another; what goes wrong is an object with an `error`."""

    async def endpoint(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > BODY_MAX:
            return JSONResponse({"error": "the request is too large"}, 413)
        body = await request.body()
        try:
            return JSONResponse(await run_in_threadpool(lambda: ask(parsed(body))))
        except DigitocrError as error:
            return JSONResponse({"error": str(error)}, 409)

    return endpoint


def _picture(cut: Callable[[dict[str, int]], bytes]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            jpeg = await run_in_threadpool(cut, request.path_params)
        except DigitocrError as error:
            return JSONResponse({"error": str(error)}, 404)
        return Response(jpeg, media_type="image/jpeg", headers=_KEPT)

    return endpoint
