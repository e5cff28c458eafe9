"""From a path to the platform whose applications may ask it."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from publishers.sandbox.applications import (
    bearers,
    customer_groups,
    customers,
    dingtalk,
    feishu,
    handed,
    intercept_rules,
    join_ways,
    members,
    robot_store,
    wecom,
    welcomes,
)
from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.streams import dingtalk as dingtalk_stream
from publishers.sandbox.streams import feishu as feishu_stream
from publishers.sandbox.world import World

Handler = Callable[[World, Call], Json]

_CUSTOMERS = "/cgi-bin/externalcontact"
_WELCOME = f"{_CUSTOMERS}/group_welcome_template"
_ROBOT = "/v1.0/robot/groupMessages"
TOKENS: dict[str, Handler] = {
    "/cgi-bin/gettoken": wecom.token, "/v1.0/oauth2/accessToken": dingtalk.token, "/gettoken": dingtalk.old_token,
    "/open-apis/auth/v3/tenant_access_token/internal": feishu.token, dingtalk_stream.OPEN: dingtalk_stream.open_connection,
}
CALLS: dict[str, Handler] = {
    "/cgi-bin/message/send": wecom.message, "/cgi-bin/message/recall": wecom.recall,
    "/cgi-bin/appchat/create": wecom.create_chat, "/cgi-bin/appchat/send": wecom.chat_message,
    f"{_CUSTOMERS}/add_msg_template": customers.create, f"{_CUSTOMERS}/get_groupmsg_send_result": customers.results,
    f"{_CUSTOMERS}/get_groupmsg_list_v2": customers.tasks, f"{_CUSTOMERS}/get_groupmsg_task": customers.senders,
    f"{_CUSTOMERS}/remind_groupmsg_send": customers.remind, f"{_CUSTOMERS}/cancel_groupmsg_send": customers.cancel,
    "/cgi-bin/user/get": members.one, f"{_CUSTOMERS}/get_follow_user_list": members.with_contacts,
    f"{_CUSTOMERS}/groupchat/add_join_way": join_ways.add_way, f"{_CUSTOMERS}/groupchat/get_join_way": join_ways.get_way,
    f"{_CUSTOMERS}/groupchat/update_join_way": join_ways.update_way,
    f"{_CUSTOMERS}/groupchat/del_join_way": join_ways.remove_way,
    f"{_CUSTOMERS}/groupchat/list": customer_groups.listed, f"{_CUSTOMERS}/groupchat/get": customer_groups.one,
    f"{_CUSTOMERS}/groupchat/statistic_group_by_day": customer_groups.by_day,
    f"{_CUSTOMERS}/groupchat/transfer": members.transfer,
    f"{_CUSTOMERS}/groupchat/onjob_transfer": members.transfer_on_the_job,
    f"{_WELCOME}/add": welcomes.add, f"{_WELCOME}/edit": welcomes.edit, f"{_WELCOME}/get": welcomes.get,
    f"{_WELCOME}/del": welcomes.remove,
    f"{_CUSTOMERS}/add_intercept_rule": intercept_rules.add, f"{_CUSTOMERS}/get_intercept_rule_list": intercept_rules.listed,
    f"{_CUSTOMERS}/get_intercept_rule": intercept_rules.get, f"{_CUSTOMERS}/update_intercept_rule": intercept_rules.update,
    f"{_CUSTOMERS}/del_intercept_rule": intercept_rules.remove,
    handed.DOWNLOAD: handed.address, robot_store.IDS: robot_store.user_ids,
    f"{_ROBOT}/send": dingtalk.send, f"{_ROBOT}/query": dingtalk.query, f"{_ROBOT}/recall": dingtalk.recall,
}
OPEN: dict[str, Callable[[World, Call], Reply]] = {
    handed.STORE: handed.from_store, robot_store.PATH: robot_store.given,
    dingtalk_stream.SESSION: dingtalk_stream.answered, feishu_stream.ENDPOINT: feishu_stream.endpoint,
}
"""Addresses that are keys."""


SHARED = (handed.MEDIA, "/cgi-bin/user/get")
"""WeCom and the official accounts have these addresses in common."""


def knows(path: str) -> bool:
    """Whether an application may call it."""
    prefixes = (feishu.MESSAGES, join_ways.QR)
    return path in TOKENS or path in CALLS or path in OPEN or path == handed.MEDIA or path.startswith(prefixes)


def takes(world: World, call: Call) -> bool:
    """Whether an application makes this call."""
    return knows(call.path) and (call.path not in SHARED or bearers.was_given(world, call.query.get("access_token", ""), "wecom"))


def answer(world: World, call: Call) -> Reply:
    """The reply in the shape of its platform."""
    try:
        if call.path in TOKENS:
            said = TOKENS[call.path](world, call)
        elif call.path.startswith(join_ways.QR):
            return join_ways.picture(world, call)
        elif call.path in OPEN:
            return OPEN[call.path](world, call)
        else:
            _platform(call.path).check(world, call)
            if handed.is_file(call.path):
                return handed.file(world, call)
            said = CALLS.get(call.path, feishu.answer)(world, call)
    except Refusal as refusal:
        return refuse(call, refusal.code, refusal.words)
    if _platform(call.path) is wecom:
        return json_reply({"errcode": 0, "errmsg": "ok", **said})
    return json_reply({"code": 0, "msg": "success", **said} if _platform(call.path) is feishu else said)


def refuse(call: Call, code: int, words: str) -> Reply:
    """A refusal in the shape of its platform."""
    if call.path == "/gettoken":
        return json_reply({"errcode": code, "errmsg": words})
    reply: Reply = _platform(call.path).refuse(code, words, call.address)
    return reply


def malformed(path: str) -> int:
    """The platform's code for a body of another shape than it expects."""
    return {"wecom": 40035, "dingtalk": 40035, "feishu": 230001}[_platform(path).__name__.rpartition(".")[2]]


def _platform(path: str) -> ModuleType:
    if path.startswith("/open-apis/"):
        return feishu
    return dingtalk if path.startswith(("/v1.0/", "/gettoken", handed.STORE)) else wecom
