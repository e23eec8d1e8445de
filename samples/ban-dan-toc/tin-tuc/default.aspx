<!DOCTYPE html>
<html dir="ltr" lang="vi-VN">
<head><meta http-equiv="X-UA-Compatible" content="IE=10"/><meta name="GENERATOR" content="Microsoft SharePoint"/><meta http-equiv="Content-type" content="text/html; charset=utf-8"/><title>
	Tin tức - Ban Dân tộc tỉnh Lâm Đồng
</title><link rel="stylesheet" type="text/css" href="/_layouts/15/1066/styles/Themable/corev15.css"/></head>
<body onhashchange="if (typeof(_spBodyOnHashChange) != 'undefined') _spBodyOnHashChange();"><div id="imgPrefetch" style="display:none"></div>
<form method="post" action="./default.aspx" onsubmit="javascript:return WebForm_OnSubmit();" id="aspnetForm">
<input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value=""/><input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKLTE0MDU5NzQ3Mg9kFgJmD2QWAgIBD2QWBAIBD2QWAgIFD2QWAmYPZBYCAgEPFgIeBFRleHQFEkJhbiBEw6JuIHThu5lj"/>
<a id="HiddenAnchor" href="javascript:;" style="display:none;"></a><div id="ms-hcTest"></div>
<div id="s4-ribbonrow"><div class="noindex"><span id="TurnOnAccessibility" style="display:none" class="s4-notdlg noindex"><a id="linkTurnOnAcc" href="#" class="ms-accessible ms-acc-button">Turn on more accessible mode</a></span>
<a href="javascript:;" class="ms-accessible ms-acc-button" onclick="document.getElementById('startNavigation').focus();">Skip Ribbon Commands</a><a href="javascript:;" class="ms-accessible ms-acc-button">Skip to main content</a></div></div>
<div id="s4-workspace"><div id="s4-bodyContainer">
<div id="s4-titlerow"><a href="/"><img src="/SiteAssets/banner.png" alt="Ban Dân tộc tỉnh Lâm Đồng"/></a></div>
<div id="sideNavBox" class="ms-dialogHidden"><ul class="root static"><li class="static"><a class="static menu-item ms-core-listMenu-item" href="/gioi-thieu/default.aspx"><span class="menu-item-text">Giới thiệu</span></a></li><li class="static"><a class="static menu-item ms-core-listMenu-item" href="/tin-tuc/default.aspx"><span class="menu-item-text">Tin tức - Sự kiện</span></a></li><li class="static"><a class="static menu-item ms-core-listMenu-item" href="/van-ban/default.aspx"><span class="menu-item-text">Văn bản chỉ đạo điều hành</span></a></li><li class="static"><a class="static menu-item ms-core-listMenu-item" href="/thu-tuc/default.aspx"><span class="menu-item-text">Thủ tục hành chính</span></a></li><li class="static"><a class="static menu-item ms-core-listMenu-item" href="/lien-he/default.aspx"><span class="menu-item-text">Liên hệ</span></a></li></ul></div>
<div id="contentBox"><a name="mainContent"></a><div id="DeltaPlaceHolderMain">
<div class="ms-webpart-zone"><div class="ms-webpart-chrome"><h2 class="ms-webpart-titleText">Tin tức - Sự kiện</h2>
<ul class="dfwp-column dfwp-list">
<li class="dfwp-item"><div class="item link-item"><a href="/tin-tuc/DispForm.aspx?ID=12" title="Bà con thôn Đạ Nghịt đưa cà phê sạch lên kệ hàng thành phố">Bà con thôn Đạ Nghịt đưa cà phê sạch lên kệ hàng thành phố</a><div class="description">Sau ba vụ làm theo nhóm hộ, cà phê nhân của thôn Đạ Nghịt lần đầu được đóng gói, dán nhãn và bày bán tại hai…</div></div></li>
<li class="dfwp-item"><div class="item link-item"><a href="/tin-tuc/DispForm.aspx?ID=11" title="Lâm Đồng rà soát danh sách người có uy tín trong đồng bào dân tộc thiểu số năm 2024">Lâm Đồng rà soát danh sách người có uy tín trong đồng bào dân tộc thiểu số năm 2024</a><div class="description">Các huyện, thành phố hoàn thành việc rà soát, bổ sung danh sách người có uy tín trước ngày 30/6/2024 và công…</div></div></li>
<li class="dfwp-item"><div class="item link-item"><a href="/tin-tuc/DispForm.aspx?ID=10" title="Thông báo tuyển chọn học viên lớp bồi dưỡng tiếng Cơ Ho năm 2024">Thông báo tuyển chọn học viên lớp bồi dưỡng tiếng Cơ Ho năm 2024</a><div class="description">Ban Dân tộc tỉnh Lâm Đồng thông báo tuyển chọn 40 cán bộ, công chức, viên chức tham gia lớp bồi dưỡng tiếng…</div></div></li>
<li class="dfwp-item"><div class="item link-item"><a href="/tin-tuc/DispForm.aspx?ID=9" title="Tập huấn kỹ năng số cho phụ nữ dân tộc thiểu số xã Lộc Tân">Tập huấn kỹ năng số cho phụ nữ dân tộc thiểu số xã Lộc Tân</a><div class="description">Trong hai ngày 20 và 21/11, Ban Dân tộc tỉnh tổ chức lớp tập huấn sử dụng điện thoại thông minh và dịch vụ…</div></div></li>
<li class="dfwp-item"><div class="item link-item"><a href="/tin-tuc/DispForm.aspx?ID=8" title="Khởi công đường vào khu sản xuất thôn Păng Tiêng">Khởi công đường vào khu sản xuất thôn Păng Tiêng</a><div class="description">Sáng 13/3, tuyến đường dài 2,4 km nối trung tâm thôn Păng Tiêng, huyện Lạc Dương với khu sản xuất tập trung…</div></div></li>
<li class="dfwp-item"><div class="item link-item"><a href="/tin-tuc/DispForm.aspx?ID=7" title="Ban Dân tộc tổ chức Hội nghị tổng kết công tác dân tộc năm 2022 và triển khai nhiệm vụ năm 2023">Ban Dân tộc tổ chức Hội nghị tổng kết công tác dân tộc năm 2022 và triển khai nhiệm vụ năm 2023</a><div class="description">Ngày 10 tháng 01 năm 2023, Ban Dân tộc tỉnh đã tổ chức Hội nghị tổng kết công tác dân tộc năm 2022 và triển…</div></div></li>
</ul>
<div class="ms-paging"><a href="javascript:__doPostBack('ctl00$m$lkNext','')">Xem tiếp »</a></div></div></div>
</div></div>
<div id="footer"><p>BAN DÂN TỘC TỈNH LÂM ĐỒNG</p><p>Giấy phép số 12/GP-TTĐT ngày 05/05/2020. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.</p><p>Số lượt truy cập: 1.204.377</p></div>
</div></div></form></body>
</html>
